const METRIC_ALARM = {
  Namespace: "Test",
  MetricName: "m",
  Statistic: "Sum",
  Period: "60",
  EvaluationPeriods: 1,
  ComparisonOperator: "GreaterThanThreshold",
  Threshold: 0,
};

/** An alarm as a resource of a template. */
export const alarm = (properties: object = {}, rest: object = {}): object => ({
  Type: "AWS::CloudWatch::Alarm",
  Properties: { ...METRIC_ALARM, ...properties },
  ...rest,
});

/** A composite alarm as a resource of a template. */
export const compositeOf = (AlarmRule: unknown, properties: object = {}): object => ({
  Type: "AWS::CloudWatch::CompositeAlarm",
  Properties: { AlarmName: "C", AlarmRule, ...properties },
});

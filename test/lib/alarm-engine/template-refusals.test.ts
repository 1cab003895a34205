import { alarmsOf } from "../../../lib/alarm-engine/template";
import { ConfigError } from "../../../lib/errors";
import { alarm, compositeOf } from "./template-resources";

const stat = (Metric: object = {}) => ({
  Metric: { Namespace: "T", MetricName: "m", ...Metric },
  Period: 60,
  Stat: "Sum",
});
const WITHOUT_METRIC = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
const math = (...Metrics: object[]) => alarm({ ...WITHOUT_METRIC, Metrics });

describe("what is not evaluated here", () => {
  it.each<[resource: object, says: string]>([
    [alarm({ Threshold: { "Fn::If": ["Big", 1, 2] } }), "template: X uses Fn::If, which is not resolved here"],
    [alarm({ AlarmName: { "Fn::ImportValue": "name" } }), "template: X uses Fn::ImportValue"],
    [alarm({ AlarmActions: [{ Ref: "Gone" }] }), "template: X refers by Ref to Gone"],
    [alarm({ AlarmActions: [{ "Fn::GetAtt": ["X", "Colour"] }] }), "template: X uses Fn::GetAtt X.Colour"],
    [alarm({ AlarmActions: [{ "Fn::Sub": "${Gone.Arn}" }] }), "template: X refers by Fn::GetAtt to Gone"],
    [alarm({ AlarmName: { Ref: "X" } }), "template: X names itself through X"],
    [alarm({}, { Condition: "Big" }), "template: X has a Condition"],
    [alarm({ ExtendedStatistic: "p99" }), "template: X: alarm X has ExtendedStatistic, which is not evaluated here"],
    [alarm({ ThresholdMetricId: "band" }), "alarm X has ThresholdMetricId"],
    [alarm({ EvaluationCriteria: { PromQLCriteria: {} } }), "alarm X has EvaluationCriteria"],
    [alarm({ EvaluateLowSampleCountPercentile: "ignore" }), "alarm X has EvaluateLowSampleCountPercentile"],
    [alarm({ Statistic: "p99" }), 'alarm X has Statistic "p99"'],
    [alarm({ ComparisonOperator: "GreaterThanUpperThreshold" }), 'alarm X has ComparisonOperator "GreaterThanUpper'],
    [alarm({ Period: 15 }), "alarm X has Period 15, but CloudWatch takes 10, 20, 30"],
    [alarm({ DatapointsToAlarm: 2 }), "alarm X has DatapointsToAlarm 2 of EvaluationPeriods 1"],
    [alarm({ Threshold: "much" }), "alarm X has Threshold that is no number"],
    [alarm({ Threshold: undefined }), "alarm X has no Threshold"],
    [
      alarm({ Period: 120, EvaluationWindow: { WallClockWindow: {} } }),
      "alarm X has a wall-clock window with Period 120",
    ],
    [
      alarm({ Period: 86_400, EvaluationWindow: { WallClockWindow: { Timezone: "Europe/Berlin" } } }),
      "alarm X has a wall-clock window of 86400 s in Europe/Berlin",
    ],
    [
      alarm({ EvaluationWindow: { WallClokWindow: {} } }),
      "alarm X has WallClokWindow in EvaluationWindow, which is not evaluated here",
    ],
    [alarm({ EvaluationWindow: { WallClockWindow: { TimeZone: "UTC" } } }), "alarm X has TimeZone in WallClockWindow"],
    [alarm({ EvaluationWindow: { SlidingWindow: { Timezone: "UTC" } } }), "alarm X has Timezone in SlidingWindow"],
    [
      alarm({ EvaluationWindow: { SlidingWindow: {}, WallClockWindow: {} } }),
      "alarm X has an EvaluationWindow that is both SlidingWindow and WallClockWindow",
    ],
    [alarm({ EvaluationWindow: { WallClockWindow: { Timezone: "Mars" } } }), 'alarm X: "Mars" is no time zone such as'],
    [
      alarm({ EvaluationWindow: { WallClockWindow: { Timezone: "UTC+05:33" } } }),
      "alarm X has Timezone UTC+05:33, which is no offset such as +05:30",
    ],
    [
      alarm({ WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 5, OnlyAfter: true } }),
      "alarm X has OnlyAfter in WarmUpConfiguration",
    ],
    [alarm({ Dimensions: [{ Name: "On", Value: "x", Unit: "y" }] }), "alarm X has Unit in Dimensions"],
    [math({ Id: "m1", MetricStat: { ...stat(), Statistic: "Sum" } }), "alarm X has Statistic in MetricStat"],
    [math({ Id: "m1", MetricStat: stat({ Dimension: [] }) }), "alarm X has Dimension in Metric, which is not"],
    [math({ Id: "e", Expression: "SEARCH('{A} b', 'Sum')", Period: 60 }), "alarm X: metric math: SEARCH()"],
    [math({ Id: "e", Expression: "m1 + 1", Period: 60 }), "alarm X has an expression that names m1"],
    [math({ Id: "e", Expression: "e + 1", Period: 60 }), "alarm X has expressions that name each other"],
    [math({ Id: "m1", MetricStat: { ...stat(), Stat: "p90" } }), 'alarm X has Stat "p90"'],
    [math({ Id: "m1", MetricStat: stat(), AccountId: "1" }), "alarm X has AccountId"],
    [
      math({ Id: "m1", MetricStat: stat() }, { Id: "m2", MetricStat: stat() }),
      "alarm X must return the data of exactly one",
    ],
    [
      math({ Id: "m1", MetricStat: stat() }, { Id: "m2", MetricStat: { ...stat(), Period: 300 }, ReturnData: false }),
      "alarm X needs one Period",
    ],
    [
      math({ Id: "m1", MetricStat: stat(), ReturnData: false }, { Id: "e", Expression: "MAX(m1)" }),
      "MAX() of one series",
    ],
    [compositeOf("ALARM(A) XOR OK(A)"), 'template: X: alarm C: alarm rule: unexpected "XOR"'],
    [compositeOf("ALARM(A)", { ActionsSuppressor: "B" }), "alarm C has no ActionsSuppressorWaitPeriod"],
    [{ Type: "AWS::CloudWatch::LogAlarm" }, "template: X is a log alarm"],
    [{}, "template: X is no resource"],
  ])("is refused by name: %j", (resource, says) => {
    const refused = () => alarmsOf({ Resources: { X: resource } });

    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(says);
  });

  it.each([[null], [[]], [{}], ["text"]])("includes what is no template: %j", (template) => {
    expect(() => alarmsOf(template)).toThrow("template: no CloudFormation template, it has no Resources");
  });
});

import type { State } from "../../lib/alarm-engine/state";
import type { AlarmEvent } from "../../lib/notify/alarm-event";
import { readAlarm } from "../../lib/notify/read-alarm";

export const REGION = "eu-central-1";
export const ACCOUNT = "222222222222";

export const alarmArn = (name: string): string => `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${name}`;
export const topicArn = (severity: string): string => `arn:aws:sns:${REGION}:${ACCOUNT}:prod-quantum-watch-${severity}`;

interface Change {
  readonly name?: string;
  readonly state?: State;
  readonly previous?: State;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly reason?: string;
  readonly more?: object;
}

/** What CloudWatch publishes for a metric alarm, with every documented member. */
export function metricMessage({ name = "prod-QuantumSafeModeActive", at, reason, more = {}, ...rest }: Change): string {
  const { state = "ALARM", previous = state === "ALARM" ? "OK" : "ALARM" } = rest;
  const datapoint = "[1.0 (01/03/26 12:00:00), 1.0 (01/03/26 11:59:30)]";
  const crossed = `Threshold Crossed: 2 out of the last 2 datapoints ${datapoint} were greater than or equal to the threshold (1.0) (minimum 2 datapoints for OK -> ALARM transition).`;
  return JSON.stringify({
    AlarmName: name,
    AlarmDescription: "SAFE MODE is on\nRunbook: https://example.com",
    AWSAccountId: ACCOUNT,
    AlarmConfigurationUpdatedTimestamp: "2026-02-01T00:00:00.000+0000",
    NewStateValue: state,
    NewStateReason: reason ?? crossed,
    StateChangeTime: new Date(at).toISOString().replace("Z", "+0000"),
    Region: "EU (Frankfurt)",
    AlarmArn: alarmArn(name),
    OldStateValue: previous,
    OKActions: [topicArn("critical")],
    AlarmActions: [topicArn("critical")],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: "quantum_safety_safe_mode",
      Namespace: "QuantumTrader",
      StatisticType: "Statistic",
      Statistic: "MINIMUM",
      Unit: null,
      Dimensions: [{ value: "prod", name: "Environment" }],
      Period: 30,
      EvaluationPeriods: 2,
      DatapointsToAlarm: 2,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      Threshold: 1,
      TreatMissingData: "ignore",
      EvaluateLowSampleCountPercentile: "",
    },
    AlarmTags: { severity: "critical", component: "trading", rule: "QuantumSafeModeActive" },
    AlarmTagsStatus: "SUCCESS",
    ...more,
  });
}

/** The same, read. */
export function metricEvent(change: Change): AlarmEvent {
  return readAlarm(metricMessage(change));
}

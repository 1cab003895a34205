import { alarmsOf } from "../../../lib/alarm-engine/template";
import { ConfigError } from "../../../lib/errors";
import { alarm, compositeOf } from "./template-resources";

const ON = { Name: "On", Value: "x" };
const SIX = ["a", "b", "c", "d", "e", "f"];
const METRICS = [
  { Id: "m1", MetricStat: { Metric: { Namespace: "T", MetricName: "m" }, Period: 60, Stat: "Sum" } },
] as const;
const MATH = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined, Metrics: METRICS };
const warmUp = (WarmUpPeriodDurationInMinutes: number) =>
  alarm({ WarmUpConfiguration: { WarmUpPeriodDurationInMinutes } });

describe("an alarm that CloudWatch would take", () => {
  it.each([
    [alarm({ Period: 60, EvaluationPeriods: 1440 })],
    [alarm({ Period: 3540, EvaluationPeriods: 24 })],
    [alarm({ Period: 3600, EvaluationPeriods: 168 })],
    [alarm({ Period: 604_800, EvaluationPeriods: 1 })],
    [warmUp(1)],
    [warmUp(2880)],
    [alarm({ AlarmActions: SIX.slice(1), OKActions: SIX.slice(1) })],
    [alarm({ Dimensions: [ON, { Name: "Off", Value: "x" }] })],
    [alarm(MATH)],
  ])("is read: %j", (resource) => {
    expect(alarmsOf({ Resources: { X: resource } })).toHaveLength(1);
  });
});

describe("an alarm beyond a limit", () => {
  it.each<[resource: object, says: string]>([
    [
      alarm({ Period: 60, EvaluationPeriods: 1441 }),
      "alarm X has EvaluationPeriods 1441 of Period 60, together more than 86400 s",
    ],
    [alarm({ Period: 3540, EvaluationPeriods: 25 }), "alarm X has EvaluationPeriods 25 of Period 3540, together more"],
    [
      alarm({ Period: 3600, EvaluationPeriods: 169 }),
      "alarm X has EvaluationPeriods 169 of Period 3600, together more than 604800 s",
    ],
    [warmUp(0), "alarm X has WarmUpPeriodDurationInMinutes 0, which is not within 1 and 2880"],
    [warmUp(2881), "alarm X has WarmUpPeriodDurationInMinutes 2881, which is not within"],
    [warmUp(1.5), "alarm X has WarmUpPeriodDurationInMinutes 1.5, which is not within"],
    [alarm({ WarmUpConfiguration: {} }), "alarm X has no WarmUpPeriodDurationInMinutes"],
    [alarm({ AlarmActions: SIX }), "alarm X has 6 of at most 5 AlarmActions"],
    [alarm({ OKActions: SIX }), "alarm X has 6 of at most 5 OKActions"],
    [compositeOf("TRUE", { InsufficientDataActions: SIX }), "alarm C has 6 of at most 5 InsufficientDataActions"],
    [alarm({ Metrics: METRICS }), "alarm X has Namespace, MetricName, Statistic, Period beside Metrics"],
    [alarm({ ...MATH, Dimensions: [ON] }), "alarm X has Dimensions beside Metrics"],
    [alarm({ Dimensions: [ON, { ...ON, Value: "y" }] }), "alarm X has Dimensions that name On twice"],
  ])("is refused by name: %j", (resource, says) => {
    const refused = () => alarmsOf({ Resources: { X: resource } });

    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(says);
  });
});

import type { MetricAlarm } from "../../../lib/alarm-engine/definition";
import { compositeReason, reason } from "../../../lib/alarm-engine/reason";
import type { State } from "../../../lib/alarm-engine/state";
import type { Properties } from "../../../lib/alarm-engine/property-reader";
import { alarm } from "./recorded";

const time = (text: string): number => Date.parse(`${text}Z`) / 1000;

interface Case {
  readonly properties: Properties;
  readonly to: State;
  readonly data: readonly (readonly [time: string, value: number])[];
  readonly filled?: number;
  readonly expected: string;
}

const CASES: readonly Case[] = [
  {
    properties: { EvaluationPeriods: 5 },
    to: "INSUFFICIENT_DATA",
    data: [],
    filled: 5,
    expected: "Insufficient Data: 5 datapoints were unknown.",
  },
  {
    properties: {},
    to: "INSUFFICIENT_DATA",
    data: [],
    filled: 1,
    expected: "Insufficient Data: 1 datapoint was unknown.",
  },
  {
    properties: { EvaluationPeriods: 3, DatapointsToAlarm: 1, Threshold: 31 },
    to: "ALARM",
    data: [
      ["2025-07-03T08:27:00", 41],
      ["2025-07-03T08:28:00", 33.8],
      ["2025-07-03T08:29:00", 32.6],
    ],
    expected:
      "Threshold Crossed: 3 out of the last 3 datapoints [32.6 (03/07/25 08:29:00), 33.8 (03/07/25 08:28:00), 41.0 (03/07/25 08:27:00)] were greater than the threshold (31.0) (minimum 1 datapoint for OK -> ALARM transition).",
  },
  {
    properties: { EvaluationPeriods: 3 },
    to: "ALARM",
    data: [
      ["2026-08-19T05:44:00", 4],
      ["2026-08-19T05:47:00", 3],
      ["2026-08-19T05:50:00", 2],
    ],
    expected:
      "Threshold Crossed: 3 datapoints [2.0 (19/08/26 05:50:00), 3.0 (19/08/26 05:47:00), 4.0 (19/08/26 05:44:00)] were greater than the threshold (0.0).",
  },
  {
    properties: { EvaluationPeriods: 3 },
    to: "OK",
    data: [
      ["2026-08-19T05:47:00", 3],
      ["2026-08-19T05:50:00", 0],
    ],
    expected: "Threshold Crossed: 1 datapoint [0.0 (19/08/26 05:50:00)] was not greater than the threshold (0.0).",
  },
  {
    properties: { EvaluationPeriods: 3, DatapointsToAlarm: 2, ComparisonOperator: "LessThanOrEqualToThreshold" },
    to: "OK",
    data: [
      ["2026-08-19T05:48:00", 0],
      ["2026-08-19T05:49:00", 1e-4],
      ["2026-08-19T05:50:00", 12_345_678],
    ],
    expected:
      "Threshold Crossed: 2 out of the last 3 datapoints [1.2345678E7 (19/08/26 05:50:00), 1.0E-4 (19/08/26 05:49:00)] were not less than or equal to the threshold (0.0) (minimum 2 datapoints for ALARM -> OK transition).",
  },
  {
    properties: {
      EvaluationPeriods: 20,
      DatapointsToAlarm: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      Threshold: 1,
      TreatMissingData: "notBreaching",
    },
    to: "ALARM",
    data: [["2024-03-16T12:15:00", 613]],
    filled: 19,
    expected:
      "Threshold Crossed: 1 out of the last 20 datapoints [613.0 (16/03/24 12:15:00)] was greater than or equal to the threshold (1.0) and 19 missing datapoints were treated as [NonBreaching] (minimum 1 datapoint for OK -> ALARM transition).",
  },
  {
    properties: { EvaluationPeriods: 2, TreatMissingData: "breaching" },
    to: "ALARM",
    data: [],
    filled: 2,
    expected:
      "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].",
  },
  {
    properties: { TreatMissingData: "notBreaching" },
    to: "OK",
    data: [],
    filled: 1,
    expected:
      "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].",
  },
];

describe("the reason of a transition", () => {
  it.each(CASES)("is $expected", ({ properties, to, data, filled = 0, expected }) => {
    const looked = data.map(([start, value]) => ({ start: time(start), value }));

    const said = reason(alarm(properties) as MetricAlarm, to, looked, filled);

    expect(said).toBe(expected);
  });

  it("of a composite names the child that changed last", () => {
    const child = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:Child";

    const said = compositeReason(child, "ALARM", time("2023-08-04T12:54:46"));

    expect(said).toBe(`${child} transitioned to ALARM at Friday 04 August, 2023 12:54:46 UTC`);
  });
});

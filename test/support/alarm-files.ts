import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { endCommands, type Ended, runCommand } from "./command";

/** A whole minute, epoch seconds. */
export const START = 1_700_000_040;

/** Where the files of a test stand. */
export const folder = mkdtempSync(join(tmpdir(), "alarms-evaluate-"));

afterAll(async () => {
  await endCommands();
  rmSync(folder, { recursive: true });
});

/** Writes a file and gives its path. */
export function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A line of the metric that `LOUD` is about. */
export const datum = (minute: number, value: number, more: object = {}): string =>
  JSON.stringify({ t: START + minute * 60, namespace: "Test", name: "m", dimensions: { On: "x" }, value, ...more });

/** An alarm above 0, minute by minute. */
export const LOUD = {
  Type: "AWS::CloudWatch::Alarm",
  Properties: {
    AlarmName: "Loud",
    Namespace: "Test",
    MetricName: "m",
    Dimensions: [{ Name: "On", Value: "x" }],
    Statistic: "Maximum",
    Period: 60,
    EvaluationPeriods: 1,
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: 0,
  },
};
/** A composite of `LOUD`. */
export const EITHER = {
  Type: "AWS::CloudWatch::CompositeAlarm",
  Properties: { AlarmName: "Either", AlarmRule: { "Fn::Join": ["", ["ALARM(", { Ref: "Loud" }, ")"]] } },
};

/** Writes a template. */
export const template = (resources: object): string => file("template.json", JSON.stringify({ Resources: resources }));

/** Writes datapoints, a line each. */
export const datapoints = (...lines: string[]): string => file("datapoints.jsonl", lines.join("\n"));

/** Runs the command on them. */
export const evaluate = (given: string, recorded: string, ...more: string[]): Promise<Ended> =>
  runCommand(["alarms", "evaluate", "--template", given, "--datapoints", recorded, ...more]);

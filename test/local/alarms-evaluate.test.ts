import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { endCommands, type Ended, runCommand } from "../support/command";

// A synth and several starts of the bin on a busy machine.
jest.setTimeout(90_000);

const ROOT = resolve(__dirname, "../..");
const START = 1_700_000_040;
const STACK = /\n\s+at |node:internal/;
const folder = mkdtempSync(join(tmpdir(), "alarms-evaluate-"));

afterAll(async () => {
  await endCommands();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const datum = (minute: number, value: number, more: object = {}): string =>
  JSON.stringify({ t: START + minute * 60, namespace: "Test", name: "m", dimensions: { On: "x" }, value, ...more });

const LOUD = {
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
const EITHER = {
  Type: "AWS::CloudWatch::CompositeAlarm",
  Properties: { AlarmName: "Either", AlarmRule: { "Fn::Join": ["", ["ALARM(", { Ref: "Loud" }, ")"]] } },
};

const template = (resources: object): string => file("template.json", JSON.stringify({ Resources: resources }));

const datapoints = (...lines: string[]): string => file("datapoints.jsonl", lines.join("\n"));

const evaluate = (given: string, recorded: string, ...more: string[]): Promise<Ended> =>
  runCommand(["alarms", "evaluate", "--template", given, "--datapoints", recorded, ...more]);

/** Transitions as "A OK>ALARM +120", seconds after START. */
const told = ({ stdout }: Ended): string[] =>
  (JSON.parse(stdout) as { transitions: { t: number; alarm: string; from: string; to: string }[] }).transitions.map(
    ({ t, alarm, from, to }) => `${alarm} ${from}>${to} +${t - START}`,
  );

describe("alarms evaluate", () => {
  it("prints every transition from the first datapoint to the last, with its reason", async () => {
    const given = template({ Loud: LOUD, Either: EITHER });
    const recorded = datapoints(datum(0, 0), datum(1, 1), "", datum(2, 1), datum(3, 0));

    const { code, stdout, stderr } = await evaluate(given, recorded);

    const reason = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:Loud transitioned to";
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      transitions: [
        { t: START, alarm: "Either", from: "INSUFFICIENT_DATA", to: "OK", reason: "Alarm rule evaluated to OK" },
        {
          t: START + 60,
          alarm: "Loud",
          from: "INSUFFICIENT_DATA",
          to: "OK",
          reason: "Threshold Crossed: 1 datapoint [0.0 (14/11/23 22:14:00)] was not greater than the threshold (0.0).",
        },
        {
          t: START + 120,
          alarm: "Loud",
          from: "OK",
          to: "ALARM",
          reason: "Threshold Crossed: 1 datapoint [1.0 (14/11/23 22:15:00)] was greater than the threshold (0.0).",
        },
        {
          t: START + 120,
          alarm: "Either",
          from: "OK",
          to: "ALARM",
          reason: `${reason} ALARM at Tuesday 14 November, 2023 22:16:00 UTC`,
        },
      ],
    });
  });

  it.each([
    [["--start", `${START + 120}`], ["Loud INSUFFICIENT_DATA>ALARM +120"]],
    [
      ["--end", `${START + 240}`],
      ["Loud INSUFFICIENT_DATA>OK +60", "Loud OK>ALARM +120", "Loud ALARM>OK +240"],
    ],
    [["--end", `${START + 60}`], ["Loud INSUFFICIENT_DATA>OK +60"]],
    [
      ["--tick-offset", "20"],
      ["Loud INSUFFICIENT_DATA>OK +80", "Loud OK>ALARM +140"],
    ],
    [
      ["--arrival-delay", "70"],
      ["Loud INSUFFICIENT_DATA>OK +120", "Loud OK>ALARM +180"],
    ],
  ])("takes %j", async (options, expected) => {
    const recorded = datapoints(datum(0, 0), datum(1, 1), datum(2, 1), datum(3, 0));

    const ended = await evaluate(template({ Loud: LOUD }), recorded, ...options);

    expect(told(ended)).toEqual(expected);
  });

  it("reads the template that cdk synth writes: a safe mode of two minutes, and a telemetry that falls silent", async () => {
    const out = join(folder, "cdk.out");
    const cdk = join(ROOT, "node_modules/aws-cdk/bin/cdk");
    execFileSync(process.execPath, [cdk, "synth", "--quiet", "--no-notices", "-o", out], {
      cwd: ROOT,
      env: { ...process.env, CDK_VALIDATION: "false" },
      stdio: "pipe",
    });
    const written = readdirSync(out).find((name) => name.endsWith(".template.json")) ?? "";
    const marks = Array.from({ length: 80 }, (_, place) => place / 4);
    const of = { namespace: "QuantumTrader", dimensions: { Environment: "dev" } };
    const lines = marks.flatMap((minute) => [
      datum(minute, minute >= 10 && minute < 12 ? 1 : 0, { ...of, name: "quantum_safety_safe_mode" }),
      datum(minute, 1, { ...of, name: "quantum_safety_exporter_up" }),
    ]);

    const ended = await evaluate(join(out, written), datapoints(...lines), "--end", `${START + 1800}`);

    const safety = told(ended).filter((line) => /QuantumSafeModeActive|QuantumTelemetryExporterDown/.test(line));
    expect(safety).toEqual([
      "dev-QuantumSafeModeActive INSUFFICIENT_DATA>OK +10",
      "dev-QuantumTelemetryExporterDown INSUFFICIENT_DATA>OK +120",
      "dev-QuantumSafeModeActive OK>ALARM +650",
      "dev-QuantumSafeModeActive ALARM>OK +730",
      "dev-QuantumTelemetryExporterDown OK>ALARM +1320",
    ]);
  });
});

const GOOD = datum(0, 1);
const UNRESOLVED = { ...LOUD, Properties: { ...LOUD.Properties, Threshold: { "Fn::If": ["a", 1, 2] } } };

describe("a mistake", () => {
  it.each([
    [[GOOD, "{t: 1}"], [], /datapoints\.jsonl, line 2: no JSON\n$/],
    [[GOOD, "", '{"t":1,"namespace":"a","name":"b"}'], [], /line 3: value is no number\n$/],
    [[datum(0, 1, { t: 1_700_000_040_000 })], [], /line 1: t is 1700000040000: epoch seconds, not milliseconds\n$/],
    [[datum(0, 1, { dimensions: { a: 1 } })], [], /line 1: dimensions have to be an object of texts\n$/],
    [[], [], /datapoints\.jsonl: holds no datapoint, so --start and --end have to be said\n$/],
    [[GOOD], ["--end", "5"], /the start, 1700000040, is after the end, 5\n$/],
    [[GOOD], ["--tick-offset", "60"], /It must be a whole number from 0 to 59\./],
  ])("in datapoints %j or options %j is told in a sentence", async (lines, options, says) => {
    const { code, stdout, stderr } = await evaluate(template({ Loud: LOUD }), datapoints(...lines), ...options);

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(STACK);
  });

  it.each([
    ["Resources:", /template\.json: no JSON: /],
    ["{}", /template: no CloudFormation template, it has no Resources\n$/],
    [JSON.stringify({ Resources: { X: UNRESOLVED } }), /template: X uses Fn::If, which is not resolved here\n$/],
  ])("in the template %s is told in a sentence", async (given, says) => {
    const { code, stdout, stderr } = await evaluate(file("template.json", given), datapoints(GOOD));

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(STACK);
  });

  it.each([
    [
      "a template that is not there",
      ["--template", "gone.json", "--datapoints", __filename],
      "gone.json: there is no such",
    ],
    ["datapoints that are a folder", ["--template", "T", "--datapoints", __dirname], `${__dirname}: it is a folder`],
    ["no template", ["--datapoints", __filename], "required option '--template <file>' not specified"],
  ])("in the files is told in a sentence: %s", async (_, args, says) => {
    const given = template({ Loud: LOUD });

    const { code, stderr } = await runCommand([
      "alarms",
      "evaluate",
      ...args.map((one) => (one === "T" ? given : one)),
    ]);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(STACK);
  });

  it("is to be helped by --help", async () => {
    const { code, stdout } = await runCommand(["alarms", "evaluate", "--help"]);

    expect(code).toBe(0);
    for (const option of ["--template", "--datapoints", "--start", "--end", "--tick-offset", "--arrival-delay"]) {
      expect(stdout).toContain(option);
    }
  });
});

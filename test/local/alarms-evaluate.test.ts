import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";

import { datapoints, datum, EITHER, evaluate, folder, LOUD, START, template } from "../support/alarm-files";
import type { Ended } from "../support/command";

// A synth and several starts of the bin on a busy machine.
jest.setTimeout(90_000);

const ROOT = resolve(__dirname, "../..");

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

  it("says of a transition which mute rule holds its actions back", async () => {
    const quiet = {
      Type: "AWS::CloudWatch::AlarmMuteRule",
      Properties: {
        Name: "quiet",
        // From the minute after START on.
        Rule: { Schedule: { Expression: "cron(15 22 * * *)", Duration: "PT1M" } },
        MuteTargets: { AlarmNames: [{ Ref: "Loud" }] },
      },
    };
    const recorded = datapoints(datum(0, 0), datum(1, 1), datum(2, 1), datum(3, 0));

    const { stdout } = await evaluate(template({ Loud: LOUD, Quiet: quiet }), recorded);

    const { transitions } = JSON.parse(stdout) as { transitions: { t: number; mutedBy?: string }[] };
    expect(transitions.map(({ t, mutedBy }) => [t - START, mutedBy])).toEqual([
      [60, "quiet"],
      [120, undefined],
    ]);
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
    const app = `${process.execPath} --require ./test/support/preload-examples.js --import tsx cdk/app.ts`;
    execFileSync(process.execPath, [cdk, "synth", "--quiet", "--no-notices", "--app", app, "-o", out], {
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

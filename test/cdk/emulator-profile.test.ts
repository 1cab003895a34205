import { App, Aspects } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";

import { context } from "../../cdk.json";
import { EmulatorProfile, REFUSED_TYPES } from "../../cdk/emulator-profile";
import { TelemetryStack } from "../../cdk/stacks/telemetry";
import { type Environment, validateEnvironment } from "../../lib/environment";
import { paged } from "../support/paged-environment";
import { APP_TIMEOUT_MS, appRunner } from "./run-app";
import { OUT, templateOf } from "./synthesized";
import { dev, staging } from "../support/example-environments";

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}

interface Whole {
  readonly Resources: Readonly<Record<string, Resource>>;
}

const nightly = {
  name: "nightly",
  cron: "0 22 * * *",
  duration: "8h" as const,
  timezone: "Europe/Berlin",
  severities: ["info" as const],
  why: "Nobody looks at them at night.",
};
const all: [name: string, environment: Environment][] = [
  ["staging", staging],
  ["production with every way of telling people", paged],
  ["a trial with quiet hours", { ...dev, quietHours: [nightly] }],
];

const run = appRunner();

test("the list of what the emulator refuses is this one", () => {
  expect(REFUSED_TYPES).toEqual([
    "AWS::CloudWatch::AlarmMuteRule",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::EC2::SecurityGroupIngress",
  ]);
});

describe.each(all)("the emulator's template of %s", (_, environment) => {
  const real = templateOf(environment).toJSON() as Whole;
  const emulated = emulatedTemplate(environment);

  test("is the real one without what is refused", () => {
    const { Resources: resources } = real;

    const left = kept(resources);

    expect(emulated).toEqual({ ...real, Resources: left });
  });

  test("refers to nothing that is gone", () => {
    const left = new Set(Object.keys(emulated.Resources));
    const gone = Object.keys(real.Resources).filter((id) => !left.has(id));

    const text = JSON.stringify(emulated);

    expect(gone.length).toBeGreaterThan(10);
    expect(gone.filter((id) => text.includes(`"${id}"`))).toEqual([]);
  });
});

test(
  "a target that nobody knows is answered with one sentence and exit code 1",
  async () => {
    const { code, stderr } = await run("cdk/app.ts", { target: "localstack" });

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'target is "localstack", but only aws and emulator are known\n',
    });
  },
  APP_TIMEOUT_MS,
);

function emulatedTemplate(environment: Environment): Whole {
  const app = new App({ outdir: OUT, context: { ...context, "aws:cdk:bundling-stacks": [] } });
  const stack = new TelemetryStack(app, "Stack", validateEnvironment(environment));
  Aspects.of(app).add(new EmulatorProfile());
  return Template.fromStack(stack).toJSON() as Whole;
}

const isKept = ({ Type, Properties }: Resource): boolean =>
  !REFUSED_TYPES.includes(Type) && !(Type === "AWS::CloudWatch::Alarm" && "Metrics" in Properties);

/** By the list and by hand, so that the aspect is not asked what it would do. */
function kept(resources: Whole["Resources"]): Whole["Resources"] {
  const left = Object.entries(resources).filter(([, resource]) => isKept(resource));
  const ids = new Set(left.map(([id]) => id));
  return Object.fromEntries(left.map(([id, resource]) => [id, waitingFor(resource, ids)]));
}

function waitingFor({ DependsOn: others, ...resource }: Resource, ids: ReadonlySet<string>): Resource {
  const there = others?.filter((id) => ids.has(id)) ?? [];
  return there.length === 0 ? resource : { ...resource, DependsOn: there };
}

import { App, Stack } from "aws-cdk-lib";

import { rules } from "../../alarms";
import { collectorFailing } from "../../alarms/telemetry";
import { Alarms } from "../../cdk/constructs/alarms";
import { Topics } from "../../cdk/constructs/topics";
import { type Environment, validateEnvironment } from "../../lib/environment";
import { ConfigError } from "../../lib/errors";
import type { Rule } from "../../lib/rules/rule";
import { OUT } from "./synthesized";
import { dev } from "../support/example-environments";

type QuietHours = NonNullable<Environment["quietHours"]>;

const called = (name: string): QuietHours[number] => ({
  name,
  cron: "0 22 * * *",
  duration: "8h",
  timezone: "UTC",
  rules: [collectorFailing.name],
  why: "Nobody looks at night.",
});

function made(of: readonly Rule[], quietHours: QuietHours = []): Alarms {
  const environment = validateEnvironment({ ...dev, quietHours });
  const stack = new Stack(new App({ outdir: OUT }), "Stack");
  return new Alarms(stack, "Alarms", { environment, rules: of, topics: new Topics(stack, "Topics", environment) });
}

const splitBy = (...labels: string[]): Rule[] => [
  { ...collectorFailing, perLabel: () => labels },
  ...rules.filter((rule) => rule !== collectorFailing),
];

test("alarms whose labels make one id are refused by a sentence", () => {
  const split = splitBy("a-b", "aB");

  const refused = () => made(split);

  expect(refused).toThrow(ConfigError);
  expect(refused).toThrow(/^dev: .*CollectorFailingAB: two alarms or mute rules would have this id in the template$/);
});

test("quiet hours that take a second mute rule, and others of its number, are refused by a sentence", () => {
  const many = splitBy(...Array.from({ length: 101 }, (_, place) => `c${place}`));
  const quietHours = [called("night"), called("night2")];

  const refused = () => made(many, quietHours);

  expect(refused).toThrow(ConfigError);
  expect(refused).toThrow(/^dev: QuietNight2: two alarms or mute rules would have this id in the template$/);
});

test("quiet hours whose names differ by a hyphen are two mute rules", () => {
  const quietHours = [called("end-of-year"), called("endofyear")];

  const ids = made(rules, quietHours).node.children.map(({ node }) => node.id);

  expect(ids).toEqual(expect.arrayContaining(["QuietEndOfYear", "QuietEndofyear"]));
});

import { rules } from "../../../alarms";
import { validateEnvironment } from "../../../lib/environment";
import { ConfigError } from "../../../lib/errors";
import { alarmsOf } from "../../../lib/rules/alarms";
import { lintMuteRules } from "../../../lib/rules/lint-mute";
import { type MuteRule, type MuteRuleProperties, muteRulesOf } from "../../../lib/rules/mute";
import { prod } from "../../support/example-environments";

const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };
const environment = validateEnvironment({
  ...prod,
  quietHours: [
    {
      name: "nightly",
      cron: "0 22 * * *",
      duration: "8h",
      timezone: "Europe/Berlin",
      severities: ["warning"],
      rules: ["RedisDown", "LambdaNotInvoked"],
      why: "Nobody looks at them at night.",
    },
  ],
});
const alarms = alarmsOf(rules, environment, TOPICS, (name) => `arn:alarm:${name}`);
const mutes = muteRulesOf(rules, environment, alarms);

/** The mute rule of production, changed. */
function changed(properties: Partial<MuteRuleProperties>, more: Partial<MuteRule> = {}): MuteRule[] {
  const [mute] = mutes;
  return mute === undefined ? [] : [{ ...mute, ...more, properties: { ...mute.properties, ...properties } }];
}
const muting = (...AlarmNames: string[]): Partial<MuteRuleProperties> => ({ MuteTargets: { AlarmNames } });

test("quiet hours of a severity and of named rules have nothing to object to", () => {
  expect(mutes).toHaveLength(1);
  expect(() => lintMuteRules(mutes, alarms)).not.toThrow();
});

test.each<[words: string, properties: Partial<MuteRuleProperties>]>([
  ["a name has at most 255 characters", { Name: "x".repeat(256) }],
  ["the description has 1025 of at most 1024 characters", { Description: "x".repeat(1025) }],
  ["mutes no alarm", muting()],
  ["mutes more than 100 alarms", muting(...Array.from({ length: 101 }, () => "prod-RedisDown"))],
  ["mutes prod-Nothing, which is not there", muting("prod-Nothing")],
  [
    "mutes prod-QuantumPublishingStalled-condition, which takes no action",
    muting("prod-QuantumPublishingStalled-condition"),
  ],
  [
    "mutes prod-QuantumSafeModeActive, which is critical, without naming QuantumSafeModeActive",
    muting("prod-QuantumSafeModeActive"),
  ],
  [
    "mutes prod-QuantumTelemetryExporterDown, which is a heartbeat, without naming QuantumTelemetryExporterDown",
    muting("prod-QuantumTelemetryExporterDown"),
  ],
])("a mute rule is refused by name: %s", (words, properties) => {
  const lint = (): void => lintMuteRules(changed(properties), alarms);

  expect(lint).toThrow(ConfigError);
  expect(lint).toThrow(`${properties.Name ?? "prod-nightly"}: ${words}`);
});

test("a heartbeat that is no critical one is refused, too, without its name", () => {
  const unnamed = changed(muting("prod-LambdaNotInvoked-collect"), { named: [] });

  expect(() => lintMuteRules(unnamed, alarms)).toThrow(
    "prod-nightly: mutes prod-LambdaNotInvoked-collect, which is a heartbeat, without naming LambdaNotInvoked",
  );
});

test("two mute rules of one name are refused", () => {
  expect(() => lintMuteRules([...mutes, ...mutes], alarms)).toThrow("prod-nightly: two mute rules have this name");
});

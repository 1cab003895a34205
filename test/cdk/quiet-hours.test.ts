import { resourcesOf, templateOf, theResource } from "./synthesized";
import { dev } from "../support/example-environments";

const MUTE_RULE = "AWS::CloudWatch::AlarmMuteRule";
const nightly = {
  name: "nightly",
  cron: "0 22 * * *",
  duration: "8h" as const,
  timezone: "Europe/Berlin",
  severities: ["info" as const],
  rules: ["QuantumPublishingStalled" as const],
  why: "Nobody looks at them at night.",
  until: "2027-01-02T06:00",
};
const template = templateOf({ ...dev, quietHours: [nightly] });

test("quiet hours stand in the template as the translator wrote them", () => {
  const [, mute] = theResource(template, MUTE_RULE);

  expect(mute.Properties).toEqual({
    Name: "dev-nightly",
    Description: "Nobody looks at them at night.",
    Rule: { Schedule: { Expression: "cron(0 22 * * *)", Duration: "PT8H", Timezone: "Europe/Berlin" } },
    MuteTargets: {
      AlarmNames: [
        "dev-QuantumPublishingStalled",
        "dev-QuantumPublishingStalled-missing",
        "dev-QuantumFaultSeen",
        "dev-ConsumerGroupStuck-trade.intent-intent_bridge",
        "dev-ConsumerGroupStuck-apply.result-execution.trade.intent",
      ],
    },
    ExpireDate: "2027-01-02T06:00",
  });
});

test("a mute rule is made after the alarms that it is about", () => {
  const ids = ["dev-QuantumPublishingStalled", "dev-QuantumFaultSeen"].map(
    (AlarmName) => theResource(template, "AWS::CloudWatch::CompositeAlarm", { AlarmName })[0],
  );

  const [, mute] = theResource(template, MUTE_RULE);

  expect(mute.DependsOn).toEqual(expect.arrayContaining(ids));
});

test("an environment without quiet hours mutes nothing", () => {
  const muting = resourcesOf(templateOf(dev), MUTE_RULE);

  expect(muting).toEqual([]);
});

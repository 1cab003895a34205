import { type Environment, validateEnvironment } from "../../lib/environment";
import { topicName } from "../../lib/environments/names";
import { drillAlarmProperties } from "../../lib/notify/drill-alarm";
import { readAlarm } from "../../lib/notify/read-alarm";
import type { AlarmProperties, CompositeProperties } from "../../lib/rules/alarm";
import type { Topics } from "../../lib/rules/cloudformation";
import { SEVERITIES } from "../../lib/rules/severity";
import { knownRules } from "../../local/alarms/known-rules";
import { alarmMessage } from "../../local/notify/alarm-message";
import { paged } from "../support/paged-environment";

const topics = Object.fromEntries(
  SEVERITIES.map((severity) => [severity, `arn:aws:sns:eu-central-1:222222222222:${topicName("prod", severity)}`]),
) as Topics;

type Properties = AlarmProperties | CompositeProperties;

/** Every alarm of an environment, the drill's as well. */
function alarmsOf(change: Partial<Environment>): Properties[] {
  const environment = validateEnvironment({ ...paged, ...change });
  const alarms = knownRules(environment).flatMap((one) => one.alarms);
  return [...alarms.map(({ properties }) => properties), drillAlarmProperties(environment, "critical", topics)];
}

/** What the notifier makes of an alarm's message. */
function readOf(properties: Properties): object {
  const message = alarmMessage({ properties, region: "eu-central-1", from: "OK", to: "ALARM", at: 0, reason: "x" });
  const { tags: _, ...read } = readAlarm(JSON.stringify(message), properties.AlarmActions[0]);
  return read;
}

const having = (alarms: readonly Properties[]): number =>
  alarms.filter((properties) => "ActionConfiguration" in properties).length;

const acting = (alarms: readonly Properties[]): Properties[] =>
  alarms.filter(({ AlarmActions }) => AlarmActions.length > 0);

const without = alarmsOf({ alarmTags: false });

// A region whose CloudFormation does not know the property would refuse whatever has it, also with Enabled: false.
test("an environment without alarm tags has the property on no alarm, and any other on every one", () => {
  expect(having(without)).toBe(0);
  expect(having(alarmsOf({}))).toBe(without.length);
});

test("nothing but the property differs", () => {
  const bare = JSON.stringify(alarmsOf({}), (key, value: unknown) =>
    key === "ActionConfiguration" ? undefined : value,
  );

  expect(without).toEqual(JSON.parse(bare));
});

test("every page is read as with tags: environment, rule, label, severity, and whether it is a drill", () => {
  const [bare, tagged] = [without, alarmsOf({})].map((alarms) => acting(alarms).map(readOf));

  expect(bare).toEqual(tagged);
  expect(bare).toContainEqual(expect.objectContaining({ isDrill: true, severity: "critical" }));
  for (const read of bare ?? []) expect(read).toMatchObject({ severity: expect.any(String) as unknown });
});

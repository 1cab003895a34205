import { rules } from "../../../alarms";
import { validateEnvironment } from "../../../lib/environment";
import { environments } from "../../../lib/environments";
import { ConfigError } from "../../../lib/errors";
import type { Alarm, AlarmProperties } from "../../../lib/rules/alarm";
import { alarmsOf } from "../../../lib/rules/alarms";
import { lintAlarms } from "../../../lib/rules/lint";
import { prod } from "../../support/example-environments";

const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };
const SETTING = { environment: validateEnvironment(prod), alarmArn: (name: string) => `arn:alarm:${name}` };
const SAFE_MODE = "prod-QuantumSafeModeActive";
const STALLED = "prod-QuantumPublishingStalled";
const SPIKE = "prod-QuantumSafetyFaultSpike";

const made = (data: unknown): Alarm[] => alarmsOf(rules, validateEnvironment(data), TOPICS, SETTING.alarmArn);

const metric = (index: number): NonNullable<AlarmProperties["Metrics"]>[number] => ({
  Id: `m${index}`,
  MetricStat: {
    Metric: { Namespace: "QuantumTrader", MetricName: "m", Dimensions: [{ Name: "Environment", Value: "prod" }] },
    Period: index === 99 ? 30 : 60,
    Stat: "Maximum",
  },
  ReturnData: false,
});
const metrics = (count: number): NonNullable<AlarmProperties["Metrics"]> =>
  Array.from({ length: count }, (_, index) => metric(index));

/** All alarms of production, one of them changed. */
function changed(
  name: string,
  properties: Partial<AlarmProperties>,
  more: Partial<Pick<Alarm, "refersTo">> = {},
): Alarm[] {
  const alarms = made(prod);
  const index = alarms.findIndex((alarm) => alarm.properties.AlarmName === name);
  const one = alarms[index];
  const other = { ...one, ...more, properties: { ...one?.properties, ...properties } } as Alarm;
  return alarms.with(index, other);
}

test.each(Object.values(environments))("the alarms of $name have nothing to object to", (data) => {
  const alarms = made(data);

  const lint = (): void => lintAlarms(alarms, { ...SETTING, environment: validateEnvironment(data) });

  expect(lint).not.toThrow();
});

test.each<[string, Partial<AlarmProperties>]>([
  ["a name has at most 255 characters", { AlarmName: "x".repeat(256) }],
  ["the description has 1025 of at most 1024 characters", { AlarmDescription: "x".repeat(1025) }],
  ["takes more than 5 actions", { AlarmActions: ["1", "2", "3", "4", "5", "6"] }],
  ["tells of its beginning, but has no OK action", { OKActions: [] }],
  ["has itself for an action", { AlarmActions: [`arn:alarm:${SAFE_MODE}`] }],
  ["has a period of 45 s, which CloudWatch does not take", { Period: 45 }],
  ["has a period of 10 s, and with a sample every 15 s some would be empty", { Period: 10 }],
  ["reads more than 10 metrics", { Metrics: metrics(11) }],
  ["has more than 20 queries", { Metrics: metrics(21) }],
])("an alarm is refused by name: %s", (words, properties) => {
  const alarms = changed(SAFE_MODE, properties);

  const lint = (): void => lintAlarms(alarms, SETTING);

  expect(lint).toThrow(ConfigError);
  expect(lint).toThrow(`${properties.AlarmName ?? SAFE_MODE}: ${words}`);
});

test("metrics of one alarm with different periods are refused", () => {
  const alarms = changed(`${STALLED}-condition`, { Metrics: [metric(1), metric(99)] });

  expect(() => lintAlarms(alarms, SETTING)).toThrow(`${STALLED}-condition: has not one period`);
});

test.each([
  ["is gone", made(prod).filter(({ properties }) => properties.AlarmName !== "prod-QuantumTelemetryExporterDown")],
  ["tells nobody", changed("prod-QuantumTelemetryExporterDown", { AlarmActions: [] })],
  ["does not fire", changed("prod-QuantumTelemetryExporterDown", { TreatMissingData: "notBreaching" })],
])("alarms that keep their state are refused where the heartbeat's alarm %s", (_, alarms) => {
  const lint = (): void => lintAlarms(alarms, SETTING);

  expect(lint).toThrow(`${SAFE_MODE}: keeps its state without quantum_safety_safe_mode, and no alarm would miss it`);
  expect(lint).toThrow(`${STALLED}-condition: keeps its state without quantum_safety_safe_mode`);
});

test("alarms that are about one another are refused", () => {
  const alarms = changed(SAFE_MODE, {}, { refersTo: [SPIKE] });

  const lint = (): void => lintAlarms(alarms, SETTING);

  expect(lint).toThrow(`${SAFE_MODE}: is about itself in the end`);
  expect(lint).toThrow(`${SPIKE}: is about itself in the end`);
});

test("an alarm about one that is not there is refused", () => {
  const alarms = changed(STALLED, {}, { refersTo: ["prod-Nothing"] });

  expect(() => lintAlarms(alarms, SETTING)).toThrow(`${STALLED}: is about prod-Nothing, which is not there`);
});

test("a composite alarm about more alarms than CloudWatch takes is refused", () => {
  const alarms = changed(STALLED, {}, { refersTo: Array.from({ length: 101 }, (_, index) => `a${index}`) });

  expect(() => lintAlarms(alarms, SETTING)).toThrow(`${STALLED}: is about more than 100 alarms`);
});

test("two alarms of one name are refused", () => {
  const alarms = made(prod);

  expect(() => lintAlarms([...alarms, ...alarms.slice(0, 1)], SETTING)).toThrow(
    `${SAFE_MODE}: two alarms have this name`,
  );
});

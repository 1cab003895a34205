import type { MetricAlarm } from "../../lib/alarm-engine/definition";
import { breaches, compositeReason, type Evaluated, reason } from "../../lib/alarm-engine/reason";
import type { State } from "../../lib/alarm-engine/state";
import { alarmsOf } from "../../lib/alarm-engine/template";
import type { ValidatedEnvironment } from "../../lib/environment";
import { haltsActive } from "../../lib/collectors/halts";
import { intentAge, intentRate, openingRate } from "../../lib/collectors/intents";
import { ConfigError } from "../../lib/errors";
import { ENVIRONMENT_DIMENSION } from "../../lib/metric";
import type { ChildAlarm } from "../../lib/notify/context";
import { alarmFrom } from "../../lib/notify/read-alarm";
import { valuesIn } from "../../lib/notify/trigger";
import { haltsUnder } from "../../lib/redis/halts";
import { type Condition, metricsOf } from "../../lib/rules/condition";
import { REPEATED_AFTER_MS, TOLD_AFTER_MS } from "./moments";
import type { KnownRule } from "../alarms/known-rules";
import { alarmMessage, NO_ACCOUNT } from "./alarm-message";
import { type Moment, ownRecording, type Recording, sourceOf } from "./recording";

/** How long an incident lasts here. */
const LASTED_MS = 250_000;
/** A slot is read every 15 s, so that what a page tells is a few seconds old. */
const READ_BEFORE_MS = 5000;
const MINUTE_SEC = 60;

/** A recording for a rule of which there is none: its alarm fires on a quiet day, by the least that it fires for. */
export async function madeRecording(known: KnownRule, environment: ValidatedEnvironment): Promise<Recording> {
  const { event: model, moments } = ownRecording("composite");
  const { signal } = new AbortController();
  const [line] = (await moments.alarm?.source.lines(model, signal)) ?? [];
  const at = model.at.getTime();
  const began = changed(known, environment, "ALARM", at);
  const event = alarmFrom(began.message);
  const moment = (now: number, change: Changed): Moment => {
    const text = slotLine(line?.text ?? "{}", known, environment, now - READ_BEFORE_MS, change.values[0]);
    return {
      now: new Date(now),
      // Where a silence is what fires, nothing was read.
      source: sourceOf(change.values.length === 0 ? [] : [{ at: now, text }], [], change.children),
      ...(change.to === "OK" ? { reason: change.reason } : {}),
    };
  };
  const over = at + LASTED_MS;
  return {
    message: began.message,
    event,
    moments: {
      alarm: moment(at + TOLD_AFTER_MS, began),
      reminder: moment(at + REPEATED_AFTER_MS[known.rule.severity], began),
      over: moment(over + TOLD_AFTER_MS, changed(known, environment, "OK", over)),
    },
  };
}

interface Changed {
  readonly to: State;
  readonly message: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly values: readonly number[];
  readonly children: readonly ChildAlarm[];
}

/** A change of the rule's acting alarm as CloudWatch tells of it, and of the alarm under it that looks at the metric. */
function changed(known: KnownRule, { region }: ValidatedEnvironment, to: State, atMs: number): Changed {
  const acting = known.alarms.find(({ properties }) => properties.AlarmName === known.alarm);
  const template = Object.fromEntries(
    known.alarms.map(({ id, type, properties }) => [id, { Type: type, Properties: properties }]),
  );
  const place = { partition: "aws", region, account: NO_ACCOUNT };
  const all = alarmsOf({ Resources: template }, place);
  const metric = all.find((one) => one.kind === "metric");
  if (acting === undefined || metric === undefined) throw new ConfigError(`${known.alarm} has no alarm of its own`);
  const at = atMs / 1000;
  const why = sentence(metric, to, at, known.rule.whenMissing === "fires");
  const isComposite = metric.name !== known.alarm;
  const told = isComposite ? compositeReason(metric.arn, to, at) : why;
  const { properties } = acting;
  const message = alarmMessage({ properties, region, from: to === "OK" ? "ALARM" : "OK", to, at, reason: told });
  const { name, threshold, comparison } = metric;
  const values = valuesIn(why);
  const [looksAt] = metricsOf(known.rule.condition);
  const child = { name, threshold, comparison, values, ...(looksAt === undefined ? {} : { metric: looksAt.name }) };
  return { to, message, reason: told, values, children: isComposite ? [child] : [] };
}

/** CloudWatch's sentence over just as many data of one value as the change takes. */
function sentence(alarm: MetricAlarm, to: State, at: number, isSilence: boolean): string {
  const { evaluationPeriods: n, datapointsToAlarm: hits, period, threshold } = alarm;
  if (isSilence && to === "ALARM") return reason(alarm, to, [], n);
  const value = [threshold, threshold + 1, threshold - 1].find((one) => breaches(alarm, one) === (to === "ALARM"));
  const count = to === "ALARM" ? hits : n - hits + 1;
  const data = Array.from({ length: count }, (_, place): Evaluated => {
    return { start: at - (count - place) * period, value: value ?? threshold };
  });
  return reason(alarm, to, data, 0);
}

/** A line of a quiet day, of this environment and slot, and with what the rule fires for. */
function slotLine(
  text: string,
  { rule }: KnownRule,
  { name }: ValidatedEnvironment,
  slot: number,
  value: number | undefined,
): string {
  const line = JSON.parse(text) as Record<string, unknown>;
  const { condition } = rule;
  const looksAt = metricsOf(condition).filter((one) => Object.hasOwn(line, one.name));
  const read = ({ name: metric }: { readonly name: string }): number | undefined =>
    condition.kind === "any" && value !== undefined ? readOf(condition, metric, value >= 1) : value;
  const found = value === undefined ? {} : Object.fromEntries(looksAt.map((one) => [one.name, read(one)]));
  return JSON.stringify({
    ...line,
    ...found,
    ...besides(found),
    _aws: { Timestamp: slot },
    [ENVIRONMENT_DIMENSION]: name,
  });
}

/** What else a line says that has these values: no switch is on unnamed, and nothing was published in a silent minute. */
function besides(found: Readonly<Record<string, number | undefined>>): object {
  const [halts = 0, age = 0] = [found[haltsActive.name], found[intentAge.name]];
  const gates = haltsUnder().filter(({ gate }) => gate);
  return {
    ...(halts > 0 ? { halts: gates.slice(0, halts).map(({ key, stops }) => ({ key, stops })) } : {}),
    ...(age >= MINUTE_SEC ? { [intentRate.name]: 0, [openingRate.name]: 0 } : {}),
  };
}

const HOLDS = {
  ">": (a: number, b: number) => a > b,
  ">=": (a: number, b: number) => a >= b,
  "<": (a: number, b: number) => a < b,
  "<=": (a: number, b: number) => a <= b,
  "==": (a: number, b: number) => a === b,
} as const;

/** A value near the threshold at which a metric's own condition holds, or does not. */
function readOf({ of }: Extract<Condition, { kind: "any" }>, metric: string, isHolding: boolean): number | undefined {
  const one = of.find(({ metric: { name } }) => name === metric);
  if (one === undefined) return undefined;
  const { value, operator } = one;
  return [value, value + 1, value - 1].find((each) => HOLDS[operator](each, value) === isHolding);
}

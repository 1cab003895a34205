import type { Comparison, MetricAlarm } from "./definition";
import type { State } from "./state";

/** A period that was looked at. */
export interface Evaluated {
  /** Epoch seconds of its start. */
  readonly start: number;
  readonly value: number;
}

const COMPARED: Readonly<Record<Comparison, string>> = {
  GreaterThanThreshold: "greater than",
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

/** CloudWatch's sentence for a transition, as its history and its notifications have it. */
export function reason(alarm: MetricAlarm, to: State, evaluated: readonly Evaluated[], filled: number): string {
  const { evaluationPeriods: n } = alarm;
  if (to === "INSUFFICIENT_DATA") return `Insufficient Data: ${counted(n, "datapoint")} ${were(n)} unknown.`;
  const fills = filledIn(alarm, filled);
  if (evaluated.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${counted(n, "period")}${fills}.`;
  }
  return `Threshold Crossed: ${crossed(alarm, to, evaluated)}${fills}${minimum(alarm, to)}.`;
}

/** The data that are of the new state, newest first. Where fills alone decided there are none of it. */
function crossed(alarm: MetricAlarm, to: State, evaluated: readonly Evaluated[]): string {
  const told = evaluated.toReversed().filter(({ value }) => breaches(alarm, value) === (to === "ALARM"));
  const not = to === "ALARM" ? "" : "not ";
  const compared = `${not}${COMPARED[alarm.comparison]} the threshold (${java(alarm.threshold)})`;
  if (told.length === 0) return `no datapoints were ${compared}`;
  const list = `[${told.map(({ start, value }) => `${java(value)} (${day(start)})`).join(", ")}]`;
  const many = alarm.saysDatapointsToAlarm
    ? `${told.length} out of the last ${alarm.evaluationPeriods} datapoints`
    : counted(told.length, "datapoint");
  return `${many} ${list} ${were(told.length)} ${compared}`;
}

/** Modes that fill nothing in have nothing to tell. */
function filledIn({ missing }: MetricAlarm, filled: number): string {
  if (filled === 0 || missing === "missing" || missing === "ignore") return "";
  const as = missing === "breaching" ? "Breaching" : "NonBreaching";
  return ` and ${counted(filled, "missing datapoint")} ${were(filled)} treated as [${as}]`;
}

function minimum({ saysDatapointsToAlarm, evaluationPeriods, datapointsToAlarm }: MetricAlarm, to: State): string {
  if (!saysDatapointsToAlarm) return "";
  const least = to === "ALARM" ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  const turn = to === "ALARM" ? "OK -> ALARM" : "ALARM -> OK";
  return ` (minimum ${counted(least, "datapoint")} for ${turn} transition)`;
}

/** CloudWatch's sentence for a composite: which child changed last. */
export function compositeReason(child: string, state: State, t: number): string {
  return `${child} transitioned to ${state} at ${spelledOut(t)}`;
}

/** Whether a value is on the alarm's side of its threshold. */
export function breaches({ comparison, threshold }: MetricAlarm, value: number): boolean {
  switch (comparison) {
    case "GreaterThanThreshold":
      return value > threshold;
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "LessThanThreshold":
      return value < threshold;
    case "LessThanOrEqualToThreshold":
      return value <= threshold;
  }
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const were = (count: number): string => (count === 1 ? "was" : "were");

/** A double as Java prints it: decimals from 10^-3 to 10^7, else "1.0E7". */
function java(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return withPoint(String(value));
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${withPoint(digits)}E${Number(exponent)}`;
}

const withPoint = (digits: string): string => (digits.includes(".") ? digits : `${digits}.0`);

/** dd/MM/yy HH:mm:ss in UTC. */
function day(epochSec: number): string {
  const time = new Date(epochSec * 1000).toISOString();
  return `${time.slice(8, 10)}/${time.slice(5, 7)}/${time.slice(2, 4)} ${time.slice(11, 19)}`;
}

const LONG_DATE = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "long", month: "long" });

/** "Friday 04 August, 2023 12:54:46 UTC" */
function spelledOut(epochSec: number): string {
  const date = new Date(epochSec * 1000);
  const words = new Map(LONG_DATE.formatToParts(date).map(({ type, value }) => [type, value]));
  const time = date.toISOString();
  const [weekday, month] = [words.get("weekday"), words.get("month")];
  return `${weekday} ${time.slice(8, 10)} ${month}, ${time.slice(0, 4)} ${time.slice(11, 19)} UTC`;
}

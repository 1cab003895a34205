import type { Reading } from "../reading";
import { faultInWords, haltsInWords, intentsInWords } from "./cause";
import type { FiringAlarm } from "./context";
import type { Message, Occasion } from "./message";
import { redisInWords } from "./redis-words";
import { number, spanInWords, utc, utcAndRelative, valueInWords } from "./wording";

/** Names in a list of alarms; the rest is counted. */
const MOST_LISTED = 8;

interface Told {
  readonly facts: Message["facts"];
  readonly notes: readonly string[];
}

/** The facts of a message, in the order in which they are asked for; what is not known becomes a note. */
export function factsOf(occasion: Occasion): Told {
  const facts: { name: string; value: string }[] = [...timesOf(occasion), ...valuesOf(occasion)];
  const notes = new Set<string>();
  const tell = <T>(name: string, reading: Reading<T>, words: (value: T) => string | undefined): void => {
    const value = "known" in reading ? words(reading.known) : undefined;
    if (value !== undefined) facts.push({ name, value });
    else if ("unknown" in reading) notes.add(reading.unknown);
  };
  // Their values stand above; here only why they are not known.
  tell("Value", occasion.context.children, () => undefined);
  tellKernel(occasion, tell);
  tell("Also firing", occasion.context.firing, (all) => listed(all.filter((one) => one.inhibitedBy === undefined)));
  tell("Inhibited", occasion.context.firing, (all) => listed(all.filter((one) => one.inhibitedBy !== undefined)));
  return { facts, notes: Array.from(notes, (why) => `Left out: ${why}.`) };
}

function timesOf({ incident, now, event }: Occasion): Told["facts"] {
  const { since, until, isOver } = incident;
  const began = new Date(since);
  const contributor = Object.entries(event.contributor ?? {}).map(([name, value]) => `${name} ${value}`);
  const of = contributor.length > 0 ? [{ name: "Contributor", value: contributor.join(", ") }] : [];
  if (!isOver) return [...of, { name: "Since", value: utcAndRelative(began, now) }];
  const value =
    until === undefined
      ? `from ${utc(began, now)}, its end was not heard of`
      : `${utc(began, now)} until ${utc(new Date(until), now)}, ${spanInWords(until - since)}`;
  return [...of, { name: "Lasted", value }];
}

function valuesOf({ event, context, rule }: Occasion): Told["facts"] {
  const one = oneOf(rule, event.values);
  if (one !== undefined) return [{ name: "Value", value: one }];
  const own = event.trigger && valueInWords({ ...event.trigger, values: event.values });
  const children = "known" in context.children ? context.children.known : [];
  const theirs = children.flatMap((child) => valueInWords(child) ?? []);
  const all = own === undefined ? theirs : [own];
  return all.length === 0 ? [] : [{ name: "Value", value: all.join("; ") }];
}

/** An alarm on several conditions finds 1 or 0, which says nothing to a person. */
function oneOf(rule: Occasion["rule"], [found]: readonly number[]): string | undefined {
  if (rule?.condition.kind !== "any" || found === undefined) return undefined;
  const conditions = rule.condition.of.map(({ metric, operator, value }) => `${metric.name} ${operator} ${value}`);
  return `${found >= 1 ? "one" : "none"} of ${conditions.join(", ")} holds`;
}

type Tell = <T>(name: string, reading: Reading<T>, words: (value: T) => string | undefined) => void;

function tellKernel({ context: { facts }, kind, now }: Occasion, tell: Tell): void {
  tell("Safe mode", facts.safeMode, ({ isOn, liftsAt }) => {
    if (!isOn) return "off";
    return liftsAt === undefined
      ? "on, and nobody but a person will lift it: it has no expiry"
      : `on, lifts itself at ${utcAndRelative(liftsAt, now)}`;
  });
  tell("Last fault", facts.lastFault, (fault) => (fault === undefined ? "none" : faultInWords(fault, now)));
  tell("Faults in 1 h", facts.faultsLastHour, number);
  tell("Last intent", facts.lastIntent, (at) => utcAndRelative(at, now));
  tell("Intents", facts.intents, intentsInWords);
  // Where nothing halts, or the halts were not read, only a page about them speaks of it.
  if ("known" in facts.halts) {
    tell("Halts", facts.halts, ({ gates }) => haltsInWords(gates));
    tell("Signs of a halt", facts.halts, ({ signs }) => haltsInWords(signs));
  }
  tell("Busiest symbols", facts.topSymbols, (all) => {
    if (kind === "over") return undefined;
    return all.length === 0 ? "none" : all.map(({ symbol, count }) => `${symbol} ${count}`).join(", ");
  });
  tell("Redis", facts.redis, redisInWords);
  tell("Read at", facts.slot, (at) => utc(at, now));
}

function listed(alarms: readonly FiringAlarm[]): string | undefined {
  if (alarms.length === 0) return undefined;
  const names = alarms
    .slice(0, MOST_LISTED)
    .map(({ name, inhibitedBy }) => (inhibitedBy ? `${name} (by ${inhibitedBy})` : name));
  const more = alarms.length - names.length;
  return [...names, ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}

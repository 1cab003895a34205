import { within } from "../deadline";
import { known, type Reading, unknown } from "../reading";
import type { AlarmEvent } from "./alarm-event";
import { type Facts, factsFrom, NO_FACTS } from "./collector-lines";

/** One line that a collector wrote. */
export interface CollectorLine {
  /** Epoch milliseconds at which it was written. */
  readonly at: number;
  readonly text: string;
}

/** Another alarm that is firing now. */
export interface FiringAlarm {
  readonly name: string;
  readonly since?: Date;
  /** It takes no action while this alarm fires. */
  readonly inhibitedBy?: string;
}

/** An alarm under a composite one, with what it found. */
export interface ChildAlarm {
  readonly name: string;
  readonly metric?: string;
  readonly threshold?: number;
  readonly comparison?: string;
  /** Newest first. */
  readonly values: readonly number[];
}

/** Where context comes from; each part may fail or hang by itself. Lines are at most two minutes old. */
export interface ContextSource {
  lines(event: AlarmEvent, signal: AbortSignal): Promise<readonly CollectorLine[]>;
  firing(event: AlarmEvent, signal: AbortSignal): Promise<readonly FiringAlarm[]>;
  children(event: AlarmEvent, signal: AbortSignal): Promise<readonly ChildAlarm[]>;
}

/** A source that several events of one moment ask together: what is the same for all of them is asked for once. */
export function shared(source: ContextSource): ContextSource {
  let lines: ReturnType<ContextSource["lines"]> | undefined;
  let firing: ReturnType<ContextSource["firing"]> | undefined;
  return {
    lines: (event, signal) => (lines ??= source.lines(event, signal)),
    firing: (event, signal) => (firing ??= source.firing(event, signal)),
    children: (event, signal) => source.children(event, signal),
  };
}

/** What is known beside the event itself. */
export interface Context {
  /** When it was asked for. */
  readonly at: Date;
  readonly facts: Facts;
  /** Other alarms that fire, those that are inhibited among them. */
  readonly firing: Reading<readonly FiringAlarm[]>;
  readonly children: Reading<readonly ChildAlarm[]>;
}

/** All context together; after this the page goes without what is not there. */
export const CONTEXT_LIMIT_MS = 3000;

/** Asks for everything side by side; what cannot be had in time is unknown, with the reason, and nothing is thrown. */
export async function gatherContext(
  source: ContextSource,
  event: AlarmEvent,
  now: number,
  limitMs = CONTEXT_LIMIT_MS,
): Promise<Context> {
  const end = new AbortController();
  const read = async <T>(what: string, ask: () => Promise<T>): Promise<Reading<T>> => {
    try {
      return known(await within(limitMs, Infinity, what, ask()));
    } catch (error) {
      return unknown(reasonOf(what, error));
    }
  };
  const [lines, firing, children] = await Promise.all([
    read("reading the collectors' lines", () => source.lines(event, end.signal)),
    read("asking for the alarms that fire", () => source.firing(event, end.signal)),
    event.trigger === undefined
      ? read("asking for the alarms underneath", () => source.children(event, end.signal))
      : known([]),
  ]);
  end.abort();
  const facts = "known" in lines ? factsFrom(lines.known, event.environment, now) : NO_FACTS(lines);
  const others: Reading<readonly FiringAlarm[]> =
    "known" in firing ? known(firing.known.filter(({ name }) => name !== event.name)) : firing;
  return { at: new Date(now), facts, firing: others, children };
}

/** Our own sentences as they are; of errors of a library their name, as their messages quote what they please. */
function reasonOf(what: string, error: unknown): string {
  if (!(error instanceof Error)) return `${what} failed`;
  return error.name === "Error" ? error.message : `${what} failed: ${error.name}`;
}

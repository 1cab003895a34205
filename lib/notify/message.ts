import { boardUrl, alarmUrl, logsUrl, runbookUrl } from "../rules/links";
import type { Rule } from "../rules/rule";
import type { Severity } from "../rules/severity";
import type { AlarmEvent } from "./alarm-event";
import type { Context } from "./context";
import { cut, plainLine } from "./escape";
import { factsOf } from "./facts";
import { causeOf } from "./cause";
import { redisDownWords } from "./redis-words";
import { spanInWords } from "./wording";

/** Why somebody is told: it began, it still holds, or it is over. */
export type Kind = "alarm" | "reminder" | "over";

/** One span of an alarm's being in ALARM. */
export interface Incident {
  /** Epoch milliseconds of the change to ALARM. */
  readonly since: number;
  readonly isOver: boolean;
  /** Epoch milliseconds of the change back; undefined where that was never heard of. */
  readonly until?: number;
  /** CloudWatch's sentence of the change to ALARM. */
  readonly reason: string;
}

interface Fact {
  readonly name: string;
  readonly value: string;
}

interface Link {
  readonly name: string;
  readonly url: string;
}

/** What a person reads, without anything of how a channel shows it; every text is one line of seen characters. */
export interface Message {
  /** Of the alarm, for whoever has to find it again. */
  readonly identity: string;
  readonly alarm: string;
  readonly environment: string;
  readonly rule: string;
  readonly component: string;
  readonly kind: Kind;
  /** Which reminder of its incident it is, from 1. */
  readonly repeat?: number;
  readonly severity: Severity;
  readonly isDrill: boolean;
  readonly incident: Incident;
  readonly title: string;
  /** What caused it, as far as is known. */
  readonly why: string;
  readonly firstStep: string;
  readonly facts: readonly Fact[];
  /** What could not be had, and why. */
  readonly notes: readonly string[];
  readonly links: readonly Link[];
}

/** Where links lead. */
export interface Surroundings {
  /** Where docs/runbooks can be read. */
  readonly runbooks: string;
  readonly logGroups: readonly string[];
}

/** What is made into one message. */
export interface Occasion {
  readonly kind: Kind;
  readonly repeat?: number;
  /** Nothing of the incident was told before. */
  readonly isFirst?: boolean;
  readonly event: AlarmEvent;
  readonly incident: Incident;
  /** The rule as it is deployed; undefined for an alarm that is none of ours. */
  readonly rule: Rule | undefined;
  readonly context: Context;
  readonly now: Date;
}

/** How an incident of the event's alarm reads; an end reads differently where it is the first that is told. */
export type Wording = (kind: Kind, incident: Incident, isFirst?: boolean) => Promise<Message>;

const MAX_TITLE = 150;
const MAX_TEXT = 600;
/** Logs from before the alarm are what explains it. */
const LOGS_BEFORE_MS = 300_000;
const LOGS_AFTER_MS = 60_000;

const OF_STRANGER = "Not a rule of this software: look at the alarm itself.";
const OF_UNREADABLE = "Nobody can say what it is about: read it, and ask whoever sent it.";
const OF_DRILL = "Nothing: that you read this is what it is for.";

/** Of an alarm that neither tag nor topic rates: better too loud than not heard. */
const UNRATED: Severity = "critical";

/** The severity that an event is told at. */
export function severityOf({ severity }: AlarmEvent, rule: Rule | undefined): Severity {
  return severity ?? rule?.severity ?? UNRATED;
}

/** An occasion in words. */
export function messageOf(occasion: Occasion, surroundings: Surroundings): Message {
  const { kind, event, incident, rule } = occasion;
  const severity = severityOf(event, rule);
  const { facts, notes } = factsOf(occasion);
  return {
    identity: event.identity,
    alarm: plainLine(event.name, MAX_TEXT),
    environment: plainLine(event.environment ?? "", MAX_TEXT),
    rule: rule?.name ?? "",
    component: rule?.component ?? "",
    kind,
    ...(occasion.repeat === undefined ? {} : { repeat: occasion.repeat }),
    severity,
    isDrill: event.isDrill,
    incident,
    title: titleOf(occasion, severity),
    why: plainLine(causeOf(occasion), MAX_TEXT),
    firstStep: plainLine(redisDownWords(occasion)?.firstStep ?? rule?.description ?? ofNoRule(event), MAX_TEXT),
    facts: facts.flatMap(({ name, value }) => shownFact(name, plainLine(value, MAX_TEXT))),
    notes: notes.map((note) => plainLine(note, MAX_TEXT)),
    links: linksOf(occasion, surroundings),
  };
}

/** An element without text is refused by Slack, and the whole message with it. */
const shownFact = (name: string, value: string): Message["facts"] => (value === "" ? [] : [{ name, value }]);

function ofNoRule({ isDrill, unreadable }: AlarmEvent): string {
  if (unreadable !== undefined) return OF_UNREADABLE;
  return isDrill ? OF_DRILL : OF_STRANGER;
}

function titleOf(occasion: Occasion, severity: Severity): string {
  const { kind, isFirst = false, event, incident, rule, now } = occasion;
  const [firstLine = ""] = event.description.split("\n");
  const what = plainLine(redisDownWords(occasion)?.summary ?? rule?.summary ?? (firstLine || event.name), MAX_TITLE);
  const of = event.label === undefined ? "" : ` (${event.label})`;
  const where = event.environment === undefined ? event.name : event.environment;
  const lastMs = (incident.until ?? now.getTime()) - incident.since;
  const was = isFirst ? `, was ${severity.toUpperCase()} for` : " after";
  const head = {
    alarm: severity.toUpperCase(),
    reminder: `STILL ${severity.toUpperCase()} after ${spanInWords(lastMs)}`,
    over: incident.until === undefined ? "OVER" : `OVER${was} ${spanInWords(lastMs)}`,
  }[kind];
  const drill = event.isDrill ? "DRILL, nothing to do: " : "";
  const tail = plainLine(` ${of} [${where}]`, MAX_TITLE / 2);
  const begin = `${drill}${head}: ${what}`;
  return `${cut(begin, MAX_TITLE - tail.length - 1)} ${tail}`;
}

function linksOf({ event, incident, rule, now }: Occasion, { runbooks, logGroups }: Surroundings): Link[] {
  const { region, environment, name, unreadable } = event;
  const to = (incident.until ?? now.getTime()) + LOGS_AFTER_MS;
  const logs = logGroups.map((group, place) => ({
    name: place === 0 ? "Logs" : `Logs ${group.split("/").at(-1)}`,
    url: logsUrl(region, group, incident.since - LOGS_BEFORE_MS, to),
  }));
  return [
    ...(rule ? [{ name: "Runbook", url: runbookUrl(runbooks, rule) }] : []),
    ...(rule && environment !== undefined
      ? [{ name: "Dashboard", url: boardUrl(region, encodeURIComponent(environment), rule.board) }]
      : []),
    ...logs,
    ...(unreadable === undefined ? [{ name: "Alarm", url: alarmUrl(region, name) }] : []),
  ];
}

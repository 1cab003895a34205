import type { Rule } from "../rules/rule";
import { metricsOf, thresholdsOf } from "../rules/condition";
import { safeMode, safeModeNoExpiry } from "../collectors/safe-mode";
import { haltsActive, type ShownHalt } from "../collectors/halts";
import { openingRate } from "../collectors/intents";
import type { Metric } from "../metric";
import type { Fault, Intents, SafeMode } from "./collector-lines";
import type { Occasion } from "./message";
import { redisCause } from "./redis-words";
import { number, spanInWords, utc } from "./wording";

/** The kernel writes flag and fault one after the other; two clocks and a reading lie between what is compared. */
const MATCH_MS = 5000;
/** The longest from a trip until its alarm fires: the slowest rule about safe mode needs less. */
const ALARM_AFTER_MS = 180_000;
/** What is said of a halt that the circuit breaker did not make. */
export const NO_MATCHING_FAULT = "No matching fault: margin guard or manual";

/** Why it fires: the fault behind a safe mode, or that there is none; else CloudWatch's own sentence. */
export function causeOf(occasion: Occasion): string {
  const { context, event, incident, rule, now } = occasion;
  const { safeMode: mode, lastFault } = context.facts;
  const ofRedis = redisCause(occasion);
  if (ofRedis !== undefined) return ofRedis;
  const sentence = incident.reason.trim() || event.reason.trim() || "CloudWatch gives no reason";
  const own = occasion.kind === "over" ? undefined : (haltsBehind(occasion) ?? openingsBehind(occasion));
  if (own !== undefined) return own;
  if (!isAboutSafeMode(rule)) return sentence;
  if (!("known" in lastFault)) {
    return `Not known whether a fault is behind it (${"unknown" in lastFault ? lastFault.unknown : "unreadable"}). ${sentence}`;
  }
  const fault = lastFault.known;
  const isOn = "known" in mode && mode.known.isOn;
  const isBehind = isOn && occasion.kind !== "over" ? setBy(fault, mode.known) : isOfThen(fault, incident);
  return fault !== undefined && isBehind ? faultInWords(fault, now) : NO_MATCHING_FAULT;
}

const reads = (rule: Rule | undefined, metric: Metric): boolean =>
  rule !== undefined && metricsOf(rule.condition).some((one) => one === metric);

/** Only a rule that fires for safe mode asks who set it: others read the flag to be quiet, or as one of two things. */
function isAboutSafeMode(rule: Rule | undefined): boolean {
  const firesFor = rule === undefined ? [] : thresholdsOf(rule.condition);
  return firesFor.some(({ metric }) => metric === safeMode || metric === safeModeNoExpiry);
}

/** The switches that halt trading, of a rule about them. */
function haltsBehind({ rule, context: { facts } }: Occasion): string | undefined {
  if (!reads(rule, haltsActive) || !("known" in facts.halts)) return undefined;
  return haltsInWords(facts.halts.known.gates);
}

/** How many intents open although safe mode is on, of a rule about them. */
function openingsBehind({ rule, context: { facts }, now }: Occasion): string | undefined {
  const { intents, slot } = facts;
  if (!reads(rule, openingRate) || !("known" in intents) || !("known" in slot)) return undefined;
  const { opening = 0 } = intents.known;
  if (opening === 0) return undefined;
  const [what, were] = opening === 1 ? ["intent that opens", "was"] : ["intents that open", "were"];
  return `${number(opening)} ${what} ${were} published in the minute before ${utc(slot.known, now)}, and safe mode is on`;
}

/** What each halt stops, and why: `quantum:kill stops all execution (fat finger)`; undefined for none. */
export function haltsInWords(halts: readonly ShownHalt[]): string | undefined {
  const words = halts.map(({ key, stops, reason }) => `${key} stops ${stops}${reason ? ` (${reason})` : ""}`);
  return words.length > 0 ? words.join("; ") : undefined;
}

/** `15 in the last minute, 12 of them open`; undefined where they could not be counted. */
export function intentsInWords({ published, opening }: Intents): string | undefined {
  if (published === undefined) return undefined;
  return `${number(published)} in the last minute${opening === undefined ? "" : `, ${number(opening)} of them open`}`;
}

/** The breaker sets safe mode for its cooldown: what lifts at another time, or never, was set by somebody else. */
function setBy(fault: Fault | undefined, { liftsAt }: SafeMode): boolean {
  if (fault?.at === undefined || liftsAt === undefined) return false;
  return Math.abs(fault.at.getTime() + fault.cooldownSec * 1000 - liftsAt.getTime()) <= MATCH_MS;
}

/** Where safe mode is off again its end is not known any more: a fault from just before the alarm is taken for it. */
function isOfThen(fault: Fault | undefined, { since, until = Infinity }: Occasion["incident"]): boolean {
  if (fault?.at === undefined) return false;
  const at = fault.at.getTime();
  return at >= since - ALARM_AFTER_MS && at <= until;
}

/** A fault as a sentence; its texts are from outside. */
export function faultInWords(fault: Fault, now: Date): string {
  const { at, reason = "a fault without reason", symbol, side, correlationId, counts } = fault;
  const what = [reason, symbol, side].filter((word) => word !== undefined).join(" ");
  const ago = at && `${utc(at, now)} (${spanInWords(now.getTime() - at.getTime())} ago)`;
  const id = correlationId === undefined ? "" : `, correlation id ${correlationId}`;
  return `${what} at ${ago ?? "a time that is not known"}${counts.length > 0 ? `: ${counts.join(", ")}` : ""}${id}`;
}

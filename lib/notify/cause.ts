import type { Rule } from "../rules/rule";
import { metricsOf } from "../rules/condition";
import { safeMode, safeModeNoExpiry } from "../collectors/safe-mode";
import type { Fault, SafeMode } from "./collector-lines";
import type { Occasion } from "./message";
import { redisCause } from "./redis-words";
import { spanInWords, utc } from "./wording";

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
  const sentence = incident.reason || event.reason || "CloudWatch gives no reason";
  if (!isAboutSafeMode(rule)) return sentence;
  if (!("known" in lastFault)) {
    return `Not known whether a fault is behind it (${"unknown" in lastFault ? lastFault.unknown : "unreadable"}). ${sentence}`;
  }
  const fault = lastFault.known;
  const isOn = "known" in mode && mode.known.isOn;
  const isBehind = isOn && occasion.kind !== "over" ? setBy(fault, mode.known) : isOfThen(fault, incident);
  return fault !== undefined && isBehind ? faultInWords(fault, now) : NO_MATCHING_FAULT;
}

function isAboutSafeMode(rule: Rule | undefined): boolean {
  return rule !== undefined && metricsOf(rule.condition).some((one) => one === safeMode || one === safeModeNoExpiry);
}

/** The breaker blocks for its cooldown: what lifts at another time, or never, was set by somebody else. */
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

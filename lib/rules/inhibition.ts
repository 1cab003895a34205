import { ConfigError } from "../errors";
import { publishedWithoutRedis } from "../collectors";
import { type Condition, isAws, metricsOf, type Threshold, thresholdsOf } from "./condition";
import { type Duration, seconds } from "./duration";
import type { Inhibition, Rule } from "./rule";

/**
 * The one inhibition for which a rule needs a suppressor, if any. Where the other rule is about a lost Redis, a rule that
 * keeps its state and whose metrics are withheld meanwhile is quiet by itself; where it is about a flag, so is a rule
 * that counts for nothing while the flag is up and as long afterwards; so is one that asks for the opposite of what the
 * other rule fires on. Throws ConfigError for what no composite alarm
 * could do.
 */
export function suppressionOf(rule: Rule): Inhibition | undefined {
  const needed = rule.isShownOnly ? [] : (rule.inhibitedBy ?? []).filter((one) => !isQuietAnyway(rule, one));
  const [first, second] = needed;
  if (second) throw new ConfigError(`rules.${rule.name} needs two suppressors, and a composite alarm has one`);
  if (first && rule.severity === "critical") {
    throw new ConfigError(`rules.${rule.name} is critical, and a suppressor would make it wait`);
  }
  return first;
}

/**
 * Suppressors that look every ten seconds are over first. Until a rule that looks by the minute can have seen the same
 * end, which takes two minutes and a tick, it must not be told of what is over.
 */
const EXTENSION: Duration = "3m";

/** For how long after the other rule has ended a suppressed one stays quiet. */
export const extensionOf = ({ extension = EXTENSION }: Inhibition): Duration => extension;

/** Whether a rule acts by a composite alarm: for a suppressor, or to be held back for a while after a flag. */
export function isComposed(rule: Rule): boolean {
  return suppressionOf(rule) !== undefined || heldAfterFlag(rule) !== undefined;
}

/** For how long after its flag has fallen a rule is held back, if it is. */
export function heldAfterFlag({ condition }: Rule): Duration | undefined {
  return condition.kind === "unless" ? condition.after : undefined;
}

function isQuietAnyway(rule: Rule, { by, extension = "0s" }: Inhibition): boolean {
  const { condition, whenMissing } = rule;
  const isOnFlag = condition.kind === "unless" && metricsOf(by.condition).every((one) => one === condition.flag);
  if (isOnFlag && seconds(heldAfterFlag(rule) ?? "0s") >= seconds(extension)) return true;
  if (asksForOpposite(condition, by.condition)) return true;
  // What of any metric is missing counts for nothing; only where all of them are is nothing known.
  const keeps = whenMissing === "keep";
  const isLostRedis = by.name === "RedisDown";
  // Of what is judged while others hold, its own datum decides: where that is missing nothing is known.
  const decisive = condition.kind === "while" ? [condition.threshold.metric] : metricsOf(condition);
  return keeps && isLostRedis && decisive.every((one) => !isAws(one) && !publishedWithoutRedis.has(one));
}

/** Whether a condition asks for something that is never so while the other one holds. */
function asksForOpposite(condition: Condition, other: Condition): boolean {
  if (condition.kind !== "while" || other.kind === "any") return false;
  const [held] = thresholdsOf(other);
  return held !== undefined && condition.where.some(([one, ...others]) => others.length === 0 && excludes(one, held));
}

/** Of "at most" and "above" of one metric. */
function excludes(one: Threshold | undefined, other: Threshold): boolean {
  const isOfSame = one?.metric === other.metric && JSON.stringify(one.labels) === JSON.stringify(other.labels);
  return isOfSame && one.operator === "<=" && other.operator === ">" && one.value <= other.value;
}

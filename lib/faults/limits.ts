import { broken, type ContractViolation, known, type Reading, unknown } from "../reading";
import type { Entry } from "../redis/read-only";
import type { KernelLimits } from "../redis/source";
import { idTime, parseNumber } from "../redis/stream-id";

/** The limits that utilization is taken from, and where they come from. */
export interface LimitsInForce {
  readonly globalMax: number;
  readonly symbolMax: number;
  /** ID of the newest fault, or `configuration`; in words besides, where one limit is configured or why both are. */
  readonly from: string;
  /** In words, where the newest fault says other than the configuration. */
  readonly difference: string | undefined;
  readonly violations: readonly ContractViolation[];
}

/** What is wrong with the newest fault is told for so long; it may stay the newest for months. */
const TOLD_MS = 3_600_000;
const MAX_LIMIT = 1_000_000;

/**
 * The kernel's limits: every fault entry carries those in force, so the newest says more than the configuration. A limit
 * that it does not carry is the configured one; both are where there is no fault, where the newest cannot be read, and
 * where it speaks of windows of another length.
 */
export function limitsInForce(
  key: string,
  newest: Reading<Entry | undefined>,
  configured: KernelLimits,
  t: number,
): LimitsInForce {
  const { windowSec, globalMax, symbolMax } = configured;
  const own = { globalMax, symbolMax, from: "configuration", difference: undefined, violations: [] };
  if (!("known" in newest)) {
    const why = "unknown" in newest ? newest.unknown : `${newest.broken.key} ${newest.broken.what}`;
    return { ...own, from: `configuration, as the faults cannot be read: ${why}` };
  }
  const fault = newest.known;
  if (fault === undefined) return own;
  const seconds = limitOf(key, fault, "window_sec");
  const isOtherWindow = "known" in seconds && seconds.known !== windowSec;
  const window = isOtherWindow
    ? broken(key, `window_sec ${seconds.known} of entry ${fault.id} is not the configured ${windowSec}`)
    : seconds;
  const limits = [
    { field: "global_max", said: limitOf(key, fault, "global_max"), own: globalMax, of: "in all" },
    { field: "symbol_max", said: limitOf(key, fault, "symbol_max"), own: symbolMax, of: "a symbol" },
  ] as const;
  const found = [...limits.map(({ said }) => said), window].flatMap((one) => ("broken" in one ? [one.broken] : []));
  const violations = isTold(key, fault.id, t) ? found : [];
  if (isOtherWindow) {
    const difference = `the newest fault speaks of windows of ${seconds.known} s, configured are ${windowSec} s`;
    return { ...own, difference, violations };
  }
  const said = limits.flatMap((one) => ("known" in one.said ? [{ ...one, said: one.said.known }] : []));
  if (said.length === 0) return { ...own, violations };
  const missing = limits.find((one) => !("known" in one.said));
  const words =
    `the newest fault says ${said.map((one) => `${one.said} ${one.of}`).join(" and ")}, ` +
    `configured ${said.length === 1 ? "is" : "are"} ${said.map((one) => one.own).join(" and ")}`;
  const [global, symbol] = limits.map((one) => ("known" in one.said ? one.said.known : one.own));
  return {
    globalMax: global ?? globalMax,
    symbolMax: symbol ?? symbolMax,
    from: missing === undefined ? fault.id : `${fault.id}, ${missing.field} by configuration`,
    difference: said.every((one) => one.said === one.own) ? undefined : words,
    violations,
  };
}

function limitOf(key: string, fault: Entry, field: string): Reading<number> {
  const text = fault.fields.get(field);
  if (text === undefined) return unknown(`entry ${fault.id} has no field ${field}`);
  const number = parseNumber(key, text, `field ${field} of entry ${fault.id}`);
  if (!("known" in number)) return number;
  const isLimit = Number.isSafeInteger(number.known) && number.known >= 1 && number.known <= MAX_LIMIT;
  return isLimit ? known(number.known) : broken(key, `${field} ${number.known} of entry ${fault.id} is no limit`);
}

function isTold(key: string, id: string, t: number): boolean {
  const time = idTime(key, id, t);
  return !("known" in time) || time.known >= t - TOLD_MS;
}

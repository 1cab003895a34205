import { broken, type ContractViolation, known, type Reading, unknown } from "../reading";
import type { Entry } from "../redis/read-only";
import type { KernelLimits } from "../redis/source";
import { idTime, parseNumber } from "../redis/stream-id";

/** The limits that utilization is taken from, and where they come from. */
export interface LimitsInForce {
  readonly globalMax: number;
  readonly symbolMax: number;
  /** ID of the newest fault, or `configuration`. */
  readonly from: string;
  /** In words, where the newest fault says other than the configuration. */
  readonly difference: string | undefined;
  readonly violations: readonly ContractViolation[];
}

/** What is wrong with the newest fault is told for so long; it may stay the newest for months. */
const TOLD_MS = 3_600_000;
const MAX_LIMIT = 1_000_000;

/**
 * The kernel's limits: every fault entry carries those in force, so the newest says more than the configuration. Without
 * a fault, and where it does not carry both or speaks of windows of another length, the configured ones are taken.
 */
export function limitsInForce(
  key: string,
  fault: Entry | undefined,
  configured: KernelLimits,
  t: number,
): LimitsInForce {
  const { windowSec } = configured;
  const own = { globalMax: configured.globalMax, symbolMax: configured.symbolMax, from: "configuration" };
  if (fault === undefined) return { ...own, difference: undefined, violations: [] };
  const [globalMax, symbolMax, seconds] = [
    limitOf(key, fault, "global_max"),
    limitOf(key, fault, "symbol_max"),
    limitOf(key, fault, "window_sec"),
  ];
  const isOtherWindow = "known" in seconds && seconds.known !== windowSec;
  const window = isOtherWindow
    ? broken(key, `window_sec ${seconds.known} of entry ${fault.id} is not the configured ${windowSec}`)
    : seconds;
  const found = [globalMax, symbolMax, window].flatMap((one) => ("broken" in one ? [one.broken] : []));
  const violations = isTold(key, fault.id, t) ? found : [];
  if (isOtherWindow) {
    const difference = `the newest fault speaks of windows of ${seconds.known} s, configured are ${windowSec} s`;
    return { ...own, difference, violations };
  }
  if (!("known" in globalMax) || !("known" in symbolMax)) return { ...own, difference: undefined, violations };
  const isSame = globalMax.known === own.globalMax && symbolMax.known === own.symbolMax;
  const words =
    `the newest fault says ${globalMax.known} in all and ${symbolMax.known} a symbol, ` +
    `configured are ${own.globalMax} and ${own.symbolMax}`;
  return {
    globalMax: globalMax.known,
    symbolMax: symbolMax.known,
    from: fault.id,
    difference: isSame ? undefined : words,
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

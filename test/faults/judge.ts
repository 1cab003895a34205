import type { Fault, Plan } from "./fault";
import { nameOf, type Recording, type Slot } from "./recording";
import { isTrue, type Truth } from "./truth";

/** What Redis held around a slot: at it, and just before the next one. */
export type Truths = ReadonlyMap<number, readonly Truth[]>;

/** What came of a fault, for the table and for the test. */
export interface Verdict {
  /** Values that were compared with what Redis held. */
  readonly judged: number;
  /** Values that Redis did not hold, and such as nobody could have read. */
  readonly wrong: readonly string[];
  /** Slots without a sample that no line counts. */
  readonly lost: number;
  /** Names that the slots of the fault did not have, or not whole. */
  readonly missing: readonly string[];
  /** Why Redis did not answer, as the log says. */
  readonly why: readonly string[];
  readonly isUp: boolean;
  /** Collectors that could not read all that they ask for. */
  readonly failed: readonly string[];
  /** Slots after the fault until all was published again; undefined for never. */
  readonly recovery: number | undefined;
  readonly doubled: readonly string[];
  /** Names that the first slot after the fault still lacks, and collectors that still failed. */
  readonly lacking: readonly string[];
}

const SLOT_MS = 15_000;
const UP = "quantum_safety_redis_up";
const NOTHING: Slot = { t: 0, values: new Map(), doubled: [], labels: new Map(), properties: {} };
const HEARTBEAT = "quantum_safety_exporter_up";
/** What is made of two readings of one server is not there at the first. */
const OF_TWO_READINGS = /(_per_second|_ratio|_mean)$/;
/** What comes and goes with what it counts, or with the window that ends at another time than the slot. */
const COMES_AND_GOES = /^quantum_(safety_rate_|safety_redis_last_error|run_late)/;

export function judge(fault: Fault, plan: Plan, minute: number, recording: Recording, truths: Truths): Verdict {
  const slotAt = (t: number): Slot | undefined => {
    const found = recording.slots.get(t);
    return found?.values.has(HEARTBEAT) ? found : undefined;
  };
  const marks = range(minute + SLOT_MS, minute + plan.last * 1000);
  const [begin, end] = [minute + plan.begin * 1000, minute + plan.end * 1000];
  const during = marks.filter((t) => t > begin && t < end);
  const after = marks.filter((t) => t > end);
  const before = slotAt(minute + SLOT_MS) ?? NOTHING;

  const isJudged = (t: number): boolean => fault.isUnjudged === undefined || t < begin;
  const compared = marks.filter(isJudged).flatMap((t) => comparison(slotAt(t), truths.get(t) ?? []));
  const lacking = during.map((t) => missingIn(slotAt(t), before));
  const whole = after.findIndex((t) => isWhole(slotAt(t), before, truths.get(t)?.[0], truths.get(before.t)?.[0]));
  const slots = during.flatMap((t) => slotAt(t) ?? []);
  return {
    judged: compared.length,
    wrong: compared.flatMap(({ wrong }) => wrong ?? []),
    lost: Math.max(0, marks.filter((t) => slotAt(t) === undefined).length - recording.leftOut),
    missing: [...new Set(lacking.flat())].toSorted(),
    why: [...new Set(slots.flatMap(({ properties: { redis_why: why } }) => (typeof why === "string" ? [why] : [])))],
    isUp: slots.every(({ values }) => values.get(UP) === 1),
    failed: [...new Set(slots.flatMap(failedIn))].toSorted(),
    recovery: whole < 0 ? undefined : whole + 1,
    lacking: [...missingIn(slotAt(after[0] ?? 0), before), ...failedIn(slotAt(after[0] ?? 0) ?? before)],
    doubled: [...new Set(marks.flatMap((t) => slotAt(t)?.doubled ?? []).map(nameOf))].toSorted(),
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.floor((to - from) / SLOT_MS) + 1 }, (_, place) => from + place * SLOT_MS);
}

/** Each published value that can be known, and what is wrong with it. */
function comparison(slot: Slot | undefined, truths: readonly Truth[]): { wrong?: string }[] {
  if (slot === undefined) return [];
  return [...slot.values].flatMap(([series, value]) => {
    if (!JUDGED.test(series) || (series === RATE && slot.properties["estimated"] === true)) return [];
    if (truths.every((one) => one === undefined)) return [{ wrong: `${series} is ${value}, and nobody can read it` }];
    if (truths.every((one) => one === undefined || one[series] === undefined)) return [];
    const held = truths.map((one) => one?.[series]).join(" or ");
    return isTrue(series, value, truths) ? [{}] : [{ wrong: `${series} is ${value}, and Redis held ${held}` }];
  });
}

/** Where it outruns what can be read of the stream it is estimated, and says so. */
const RATE = "quantum_trade_intent_rate_per_min";

/** What rests on what Redis holds, and on nothing else. */
const JUDGED =
  /^quantum_(safety_(safe_mode|faults?_)|trade_intent_(stream|rate)|stream_length|harvest_(kill|k_|r_net|new_sl|present|symbols|missing|open|unbacked|age|last_update|action))/;

/** Names of which a slot lacks a series that was there before; all of them where there is no slot. */
function missingIn(slot: Slot | undefined, before: Slot): string[] {
  const all = [...before.values.keys()].filter((series) => !COMES_AND_GOES.test(series));
  return [...new Set(all.filter((series) => !slot?.values.has(series)).map(nameOf))];
}

const failedIn = ({ values }: Slot): string[] =>
  [...values].flatMap(([series, value]) => {
    const [, collector] = /^quantum_collector_up\{(.*)\}$/.exec(series) ?? [];
    return collector !== undefined && value === 0 ? [collector] : [];
  });

const keys = (truth: Truth): string[] => Object.keys(truth ?? {}).filter((one) => !COMES_AND_GOES.test(one));

/** Whether all is told again: what Redis holds, and where it holds what it held before, all that was told then. */
function isWhole(slot: Slot | undefined, before: Slot, held: Truth, heldBefore: Truth): boolean {
  if (slot === undefined || held === undefined) return false;
  if (slot.values.get(UP) !== 1 || failedIn(slot).length > 0) return false;
  const isTold = keys(held).every((series) => slot.values.has(series) || !before.values.has(series));
  const isAsBefore = keys(held).toSorted().join() === keys(heldBefore).toSorted().join();
  return isTold && (!isAsBefore || missingIn(slot, before).every((name) => OF_TWO_READINGS.test(name)));
}

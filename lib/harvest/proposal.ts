import { isStorable } from "../metric";
import { broken, type ContractViolation, ifKnown, known, quoted, type Reading, unknown } from "../reading";
import { parseNumber } from "../redis/stream-id";

/** Fields of a proposal that are read, of both its writers and of older ones, in the order they are asked for. */
export const FIELDS = [
  "kill_score",
  "k_regime_flip",
  "k_sigma_spike",
  "k_ts_drop",
  "k_age_penalty",
  "R_net",
  "r_net",
  "new_sl_proposed",
  "harvest_action",
  "action",
  "calibrated",
  "last_update_epoch",
  "computed_at_utc",
] as const;

type Field = (typeof FIELDS)[number];

/** What may be proposed, from leaving the position alone to closing it. */
export const ACTIONS = ["NONE", "PARTIAL_25", "PARTIAL_50", "PARTIAL_75", "FULL_CLOSE_PROPOSED"] as const;

/** Counted under this name where it is none of these. */
export const UNKNOWN_ACTION = "UNKNOWN";

export interface Proposal {
  readonly killScore: Reading<number>;
  readonly regimeFlip: Reading<number>;
  readonly sigmaSpike: Reading<number>;
  readonly tsDrop: Reading<number>;
  readonly agePenalty: Reading<number>;
  readonly rNet: Reading<number>;
  readonly newStopLoss: Reading<number>;
  /** The one that is obeyed, as it is written where it is no known one. */
  readonly action: Reading<string>;
  /** Epoch seconds. */
  readonly updatedAt: Reading<number>;
  readonly violations: readonly ContractViolation[];
}

/** Far above the noise of Python's floats, far below what anyone would call out of range. */
const NOISE = 1e-9;
/** September 2001: less is no epoch in seconds. */
const LEAST_EPOCH_SEC = 1_000_000_000;
/** The publisher's clock may be ahead of ours, but milliseconds must not pass for seconds: nothing would ever be old. */
const MOST_AHEAD_SEC = 60;
/** Python's isoformat(), with or without a zone. */
const ISO_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?$/;

/** Reads one hash as HMGET of `FIELDS` gave it, at the slot `t` (epoch ms). */
export function parseProposal(key: string, values: readonly (string | null)[], t: number): Proposal {
  const violations: ContractViolation[] = [];
  const field = (name: Field): string | null => values[FIELDS.indexOf(name)] ?? null;
  const noted = <T>(reading: Reading<T>): Reading<T> => {
    if ("broken" in reading) violations.push(reading.broken);
    return reading;
  };
  const number = (name: Field): Reading<number> => {
    const text = field(name);
    return text === null ? unknown(`${key} has no field ${name}`) : noted(storable(key, name, text));
  };
  /** What is out of range is told, and published all the same: the highest kill score of all must not be hidden. */
  const ranged = (name: Field, most: number, isWhole = false): Reading<number> => {
    const reading = number(name);
    if (!("known" in reading)) return reading;
    const value = reading.known;
    const isFine = value >= -NOISE && value <= most + NOISE && (!isWhole || Number.isInteger(value));
    if (!isFine) violations.push({ key, what: `field ${name} is ${value}, not ${isWhole ? "0 or" : "0 to"} ${most}` });
    return reading;
  };
  const written = obeyed(field);
  if (written !== null && !isAction(written)) violations.push({ key, what: `proposes ${quoted(written)}` });
  return {
    killScore: ranged("kill_score", 1),
    regimeFlip: ranged("k_regime_flip", 1, true),
    sigmaSpike: ranged("k_sigma_spike", 2),
    tsDrop: ranged("k_ts_drop", 0.5),
    agePenalty: ranged("k_age_penalty", 1),
    rNet: number(field("R_net") === null ? "r_net" : "R_net"),
    newStopLoss: isNone(field("new_sl_proposed")) ? unknown(`${key} proposes no stop-loss`) : number("new_sl_proposed"),
    action: written === null ? unknown(`${key} has no field harvest_action`) : known(written),
    updatedAt: noted(updateTime(key, field("last_update_epoch"), field("computed_at_utc"), t)),
    violations,
  };
}

/** What Python writes where nothing is proposed, which is the ordinary case and breaks nothing. */
const isNone = (text: string | null): boolean => ["", "None"].includes(text?.trim() ?? "0");

/**
 * The action that execution follows: the portfolio heat gate's where it has calibrated the proposal, else the
 * publisher's, else that of older writers. Null where there is none.
 */
function obeyed(field: (name: Field) => string | null): string | null {
  const calibrated = field("calibrated") === "1" ? field("action") : null;
  const written = calibrated ?? field("harvest_action") ?? field("action");
  return written === "FULL_CLOSE" ? "FULL_CLOSE_PROPOSED" : written;
}

/** Whether an action is one of those that the contract has. */
export function isAction(text: string): text is (typeof ACTIONS)[number] {
  return ACTIONS.some((one) => one === text);
}

function storable(key: string, name: Field, text: string): Reading<number> {
  const reading = parseNumber(key, text, `field ${name}`);
  return ifKnown(reading, (value) =>
    isStorable(value) ? reading : broken(key, `field ${name} is ${value}, more than can be published`),
  );
}

function updateTime(key: string, epoch: string | null, iso: string | null, t: number): Reading<number> {
  if (epoch === null && iso === null) return unknown(`${key} has neither last_update_epoch nor computed_at_utc`);
  const reading = epoch === null ? isoTime(key, iso ?? "") : parseNumber(key, epoch, "field last_update_epoch");
  if (!("known" in reading)) return reading;
  const seconds = reading.known;
  return seconds < LEAST_EPOCH_SEC || seconds > t / 1000 + MOST_AHEAD_SEC
    ? broken(key, `was updated at ${seconds}, which cannot be epoch seconds of the past`)
    : reading;
}

/** A time without zone means UTC, whatever the zone of this process. */
function isoTime(key: string, text: string): Reading<number> {
  const [, date, time, zone = "Z"] = ISO_TIME.exec(text.trim()) ?? [];
  const ms = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(ms) ? broken(key, `field computed_at_utc is no time: ${quoted(text)}`) : known(ms / 1000);
}

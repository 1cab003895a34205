import type { Redis } from "ioredis";

import { positionKey, proposalKey } from "./harvest-keys";

const RANGES: readonly (readonly [field: string, metric: string, isFine: (value: number) => boolean])[] = [
  ["kill_score", "kill_score", (value) => value >= 0 && value <= 1],
  ["k_regime_flip", "k_regime_flip", (value) => value === 0 || value === 1],
  ["k_sigma_spike", "k_sigma_spike", (value) => value >= 0 && value <= 2],
  ["k_ts_drop", "k_ts_drop", (value) => value >= 0 && value <= 0.5],
  ["k_age_penalty", "k_age_penalty", (value) => value >= 0 && value <= 1],
];
const ACTIONS = ["NONE", "PARTIAL_25", "PARTIAL_50", "PARTIAL_75", "FULL_CLOSE_PROPOSED"];
const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/;

/** Everything that the harvest collector should say at the slot, read key by key with no regard for turns. */
export interface PlainHarvest {
  readonly values: Record<string, number>;
  violations: number;
}

interface Settings {
  readonly admitted: readonly string[];
  readonly further: readonly string[];
  readonly positions: boolean;
}

/** Reads the proposals one after the other, by HGETALL and TYPE in place of what the collector asks. */
export async function plainHarvest(redis: Redis, t: number, settings: Settings): Promise<PlainHarvest> {
  const plain: PlainHarvest = { values: {}, violations: 0 };
  const totals = { live: 0, retired: 0, missing: 0, open: 0, unbacked: 0 };
  let isSure = true;
  const counts = new Map([...ACTIONS, "UNKNOWN"].map((name) => [name, 0]));
  const [scores, ages]: [number[], number[]] = [[], []];
  for (const symbol of [...settings.admitted, ...settings.further]) {
    const one = await plainSymbol(redis, symbol, t);
    const { held, wrong } = settings.positions ? await plainPosition(redis, symbol) : { held: undefined, wrong: 0 };
    plain.violations += wrong;
    if (one === "wrong type") plain.violations += 1;
    if (held === "broken") {
      // Whether it is open is not known, so nothing is counted; what is proposed is read all the same.
      plain.violations += 1 + (typeof one === "object" ? one.violations : 0);
      isSure = false;
      continue;
    }
    const hasProposal = typeof one === "object";
    if (held === "open") totals.open += 1;
    if (held === "open" && !hasProposal) totals.missing += 1;
    if (held === "none" && hasProposal && one.age !== undefined && one.age <= 60) totals.unbacked += 1;
    const isFresh = hasProposal && !(one.age !== undefined && one.age >= 900);
    const isLive = settings.positions ? hasProposal && held === "open" : isFresh;
    if (hasProposal && !isLive) totals.retired += 1;
    if (settings.admitted.includes(symbol)) plain.values[`present{${symbol}}`] = isLive ? 1 : 0;
    if (!hasProposal || !isLive) continue;
    totals.live += 1;
    plain.violations += one.violations;
    if (one.values["kill_score"] !== undefined) scores.push(one.values["kill_score"]);
    if (one.age !== undefined) ages.push(one.age);
    if (one.action !== undefined) counts.set(one.action, (counts.get(one.action) ?? 0) + 1);
    if (settings.admitted.includes(symbol)) publish(plain.values, symbol, one);
  }
  if (isSure) {
    for (const [name, count] of counts) plain.values[`action_count{${name}}`] = count;
    plain.values["symbols"] = totals.live;
    plain.values["symbols_retired"] = totals.retired;
    plain.values["missing_symbols"] = totals.missing;
    if (settings.positions) plain.values["open_positions"] = totals.open;
    if (settings.positions) plain.values["unbacked_proposals"] = totals.unbacked;
  }
  if (scores.length > 0) plain.values["kill_score_max"] = Math.max(...scores);
  if (ages.length > 0) plain.values["age_seconds_max"] = Math.max(...ages);
  if (ages.length > 0) plain.values["age_seconds_min"] = Math.min(...ages);
  return plain;
}

const isNumber = (text: string): boolean => NUMBER.test(text) && Number.isFinite(Number(text));

/** Asks for the whole hash: any key at all is one, whatever stands in it. */
async function plainPosition(
  redis: Redis,
  symbol: string,
): Promise<{ held: "open" | "flat" | "none" | "broken"; wrong: number }> {
  const key = positionKey(symbol);
  const kind = await redis.type(key);
  if (kind !== "hash") return { held: kind === "none" ? "none" : "broken", wrong: 0 };
  const { side, quantity = "none", position_amt: amount = "none" } = await redis.hgetall(key);
  if (side === "FLAT") return { held: "flat", wrong: 0 };
  const [bad, badToo] = [quantity, amount].map((text) => (text === "none" || isNumber(text) ? 0 : 1));
  if (isNumber(quantity)) return { held: Number(quantity) === 0 ? "flat" : "open", wrong: 0 };
  const isNothing = isNumber(amount) && Math.abs(Number(amount)) <= 1e-12;
  return { held: isNothing ? "flat" : "open", wrong: (bad ?? 0) + (badToo ?? 0) };
}

interface PlainSymbol {
  readonly values: Record<string, number>;
  readonly action: string | undefined;
  readonly epoch: number | undefined;
  readonly age: number | undefined;
  readonly violations: number;
}

async function plainSymbol(redis: Redis, symbol: string, t: number): Promise<PlainSymbol | "wrong type" | undefined> {
  const key = proposalKey(symbol);
  const kind = await redis.type(key);
  if (kind !== "hash") return kind === "none" ? undefined : "wrong type";
  const fields = await redis.hgetall(key);
  let violations = 0;
  const numberIn = (field: string): number | undefined => {
    const text = fields[field];
    if (text === undefined) return undefined;
    if (NUMBER.test(text) && Math.abs(Number(text)) <= 2 ** 360) return Number(text);
    violations += 1;
    return undefined;
  };
  const values: Record<string, number> = {};
  const keep = (metric: string, value: number | undefined): void => {
    if (value !== undefined) values[metric] = value;
  };
  for (const [field, metric, isFine] of RANGES) {
    const value = numberIn(field);
    if (value !== undefined && !isFine(value)) violations += 1;
    keep(metric, value);
  }
  keep("r_net", numberIn("R_net" in fields ? "R_net" : "r_net"));
  if (!/^\s*(None)?\s*$/.test(fields["new_sl_proposed"] ?? "")) keep("new_sl", numberIn("new_sl_proposed"));
  const gated = fields["calibrated"] === "1" ? fields["action"] : undefined;
  const obeyed = gated ?? fields["harvest_action"] ?? fields["action"];
  const text = obeyed === "FULL_CLOSE" ? "FULL_CLOSE_PROPOSED" : obeyed;
  const isKnown = text !== undefined && ACTIONS.includes(text);
  if (text !== undefined && !isKnown) violations += 1;
  const time = plainTime(fields, t);
  if (time === "broken") violations += 1;
  const epoch = typeof time === "number" ? time : undefined;
  const age = epoch === undefined ? undefined : Math.max(0, t / 1000 - epoch);
  return { values, action: isKnown ? text : text === undefined ? undefined : "UNKNOWN", epoch, age, violations };
}

function plainTime(fields: Readonly<Record<string, string>>, t: number): number | "broken" | undefined {
  const { last_update_epoch: epoch, computed_at_utc: iso } = fields;
  if (epoch === undefined && iso === undefined) return undefined;
  const parts = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+(?:\.\d+)?)$/
    .exec(iso ?? "")
    ?.slice(1)
    .map(Number);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts ?? [];
  const fromIso = parts ? Math.floor(Date.UTC(year, month - 1, day, hour, minute) + second * 1000) / 1000 : Number.NaN;
  const seconds = epoch === undefined ? fromIso : NUMBER.test(epoch) ? Number(epoch) : Number.NaN;
  return seconds >= 1e9 && seconds <= t / 1000 + 60 ? seconds : "broken";
}

function publish(values: Record<string, number>, symbol: string, one: PlainSymbol): void {
  for (const [metric, value] of Object.entries(one.values)) values[`${metric}{${symbol}}`] = value;
  if (one.epoch !== undefined) values[`last_update_epoch{${symbol}}`] = one.epoch;
  if (one.age !== undefined) values[`age_seconds{${symbol}}`] = one.age;
  if (one.action === undefined) return;
  for (const name of ACTIONS) values[`action{${symbol},${name}}`] = name === one.action ? 1 : 0;
}

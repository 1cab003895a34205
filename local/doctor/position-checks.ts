import type { Config } from "../../lib/config";
import { parsePosition, POSITION_FIELDS, type Position } from "../../lib/harvest/position";
import { ifKnown, known, type Reading } from "../../lib/reading";
import type { ReadOnly } from "../../lib/redis/read-only";
import type { Check } from "./check";

/** Under which deployments before March 2026 keep their positions, in place of the end of today's name. */
const BEFORE = { end: "state:positions", name: "position:snapshot" } as const;

/** Looks whether positions are where they are looked for, or under the name of older deployments. A read a symbol. */
export async function positionChecks(config: Config, redis: ReadOnly): Promise<Check[]> {
  const { families, keys, harvest, symbols } = config;
  if (!families.includes("harvest") || !harvest.positions) return [];
  const of = `${symbols.length} symbols`;
  const found = await positionsUnder(keys.position, config, redis);
  const [there, open] = [found.length, found.filter((one) => isSo(one, "open")).length];
  if (there > 0) return [{ verdict: "ok", what: `${keys.position} has ${there} of ${of}, ${open} open` }];
  const older = olderName(keys.position);
  const before = older === undefined ? [] : await positionsUnder(older, config, redis);
  if (older === undefined || before.length === 0) {
    const fix = "was none of them ever traded? Where no position keys are kept: HARVEST_POSITIONS=false";
    return [{ verdict: "note", what: `${keys.position} has none of ${of}`, fix }];
  }
  return [
    {
      verdict: "problem",
      what: `${keys.position} has none of ${of}, and ${older} has ${before.length}: no proposal would count as backed`,
      fix: `KEYS={"position":"${older}"} (in an environment: keys.overrides.position)`,
    },
  ];
}

/** The positions that have a key, whether it can be read or not; what Redis refuses has a check of its own. */
async function positionsUnder(name: string, { symbols }: Config, redis: ReadOnly): Promise<Reading<Position>[]> {
  const keys = symbols.map((symbol) => `${name}:${symbol}`);
  const read = await redis.hashes(keys, POSITION_FIELDS);
  return read
    .map((values, place) => ifKnown(values, (all) => known(parsePosition(keys[place] ?? "", all).position)))
    .filter((one) => !("unknown" in one) && !isSo(one, "no key"));
}

const isSo = (one: Reading<Position>, which: Position): boolean => "known" in one && one.known === which;

const olderName = (key: string): string | undefined =>
  key.endsWith(BEFORE.end) ? key.slice(0, -BEFORE.end.length) + BEFORE.name : undefined;

import type { Config } from "../../lib/config";
import type { Reading } from "../../lib/reading";
import type { ReadOnly } from "../../lib/redis/read-only";
import type { Check } from "./check";

/** Fields of a position, whoever wrote it. */
const FIELDS = ["side", "quantity", "position_amt"] as const;
/** Under which deployments before March 2026 keep their positions, in place of the end of today's name. */
const BEFORE = { end: "state:positions", name: "position:snapshot" } as const;

/** Looks whether positions are where they are looked for, or under the name of older deployments. A read a symbol. */
export async function positionChecks({ families, keys, harvest, symbols }: Config, redis: ReadOnly): Promise<Check[]> {
  if (!families.includes("harvest") || !harvest.positions) return [];
  const there = async (prefix: string): Promise<number> => {
    const read = await redis.hashes(
      symbols.map((symbol) => `${prefix}:${symbol}`),
      FIELDS,
    );
    return read.filter(isThere).length;
  };
  const found = await there(keys.position);
  const of = `${symbols.length} symbols`;
  if (found > 0) return [{ verdict: "ok", what: `${keys.position} has ${found} of ${of}` }];
  if (!keys.position.endsWith(BEFORE.end)) return [noneUnder(keys.position, of)];
  const older = keys.position.slice(0, -BEFORE.end.length) + BEFORE.name;
  const before = await there(older);
  if (before === 0) return [noneUnder(keys.position, of)];
  return [
    {
      verdict: "problem",
      what: `${keys.position} has none of ${of}, and ${older} has ${before}: every position would count as unknown`,
      fix: `KEYS={"position":"${older}"} (in an environment: keys.overrides.position)`,
    },
  ];
}

const isThere = (one: Reading<unknown>): boolean => "known" in one && one.known !== null;

const noneUnder = (key: string, of: string): Check => ({
  verdict: "note",
  what: `${key} has none of ${of}`,
  fix: "was none of them ever traded? Where no position keys are kept: HARVEST_POSITIONS=false",
});

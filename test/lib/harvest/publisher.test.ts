import { FIELDS, parseProposal } from "../../../lib/harvest/proposal";
import { ageAt, standingOf } from "../../../lib/harvest/standing";
import { known } from "../../../lib/reading";
import { type HashFields, HarvestBook, ROUND_MS } from "../../../local/kernel/harvest";

const NOON = Date.parse("2026-03-01T12:00:00Z");
const DAY_MS = 86_400_000;
const SLOT_MS = 15_000;
/** A healthy publisher's proposals are no older. */
const OLDEST_SEC = 20;
/** From here on a publisher is silent, and a live symbol's proposal is stale. */
const SILENT_SEC = 90;

/** The ages at `t` of all proposals, each of an open position. */
function agesOf(hashes: ReadonlyMap<string, HashFields>, t: number): number[] {
  return [...hashes].flatMap(([symbol, fields]) => {
    const one = parseProposal(
      symbol,
      FIELDS.map((name) => fields[name] ?? null),
      t,
    );
    const standing = standingOf(known(one), known("open"), t);
    const isLive = "known" in standing && standing.known === "live";
    return isLive && "known" in one.updatedAt ? [ageAt(one.updatedAt.known, t)] : [];
  });
}

interface Slot {
  readonly t: number;
  readonly ages: readonly number[];
}

/** Runs a publisher from noon on, and gives the ages of all proposals at every slot. */
function slotsOver(symbolCount: number, ms: number, diesAfterMs = Infinity): Slot[] {
  const symbols = Array.from({ length: symbolCount }, (_, index) => `COIN${index}USDT`);
  const book = new HarvestBook(symbols, symbolCount, symbolCount);
  let hashes = new Map<string, HashFields>();
  const slots: Slot[] = [];
  // 10 s between two rounds, and what the round itself takes.
  const roundMs = ROUND_MS + 137;
  let next = NOON + 3210;
  for (let t = NOON + SLOT_MS; t <= NOON + ms; t += SLOT_MS) {
    for (; next <= t; next += roundMs) {
      if (next > NOON + diesAfterMs) continue;
      book.move();
      hashes = book.proposals(next);
    }
    slots.push({ t, ages: agesOf(hashes, t) });
  }
  return slots;
}

it.each([3, 30])("a healthy publisher of %i symbols leaves none of them older than 20 s in a day", (symbolCount) => {
  const slots = slotsOver(symbolCount, DAY_MS);

  const ages = slots.flatMap((slot) => slot.ages);
  expect(ages.length).toBe((symbolCount * DAY_MS) / SLOT_MS);
  expect(Math.max(...slots.map((slot) => Math.max(...slot.ages)))).toBeLessThan(OLDEST_SEC);
});

it("a publisher that dies leaves every proposal silent within two minutes", () => {
  const slots = slotsOver(30, 3_600_000, 600_000);

  const silent = slots.find(({ ages }) => Math.min(...ages) > SILENT_SEC);
  expect((silent?.t ?? Infinity) - (NOON + 600_000)).toBeLessThan(120_000);
});

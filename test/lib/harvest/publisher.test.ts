import { FIELDS, parseProposal } from "../../../lib/harvest/proposal";
import { ageAt, standingOf } from "../../../lib/harvest/standing";
import { known } from "../../../lib/reading";
import { HarvestBook, type ProposalFields, ROUND_MS } from "../../../local/kernel/harvest";

const NOON = Date.parse("2026-03-01T12:00:00Z");
const DAY_MS = 86_400_000;
const SLOT_MS = 15_000;
/** From here on a live symbol's proposal is stale. */
const STALE_SEC = 180;
/** Most proposals stand still, so that only the minute's silence has them written. */
const QUIET = 0.02;

/** The age at `t` of the first of these hashes whose position is open. */
function ageOfFirst(
  hashes: Iterable<readonly [string, ProposalFields]>,
  open: ReadonlySet<string>,
  t: number,
): number | undefined {
  for (const [symbol, fields] of hashes) {
    if (!open.has(symbol)) continue;
    const values = FIELDS.map((name) => fields[name] ?? null);
    const one = parseProposal(symbol, values, t);
    const standing = standingOf(known(one), known(true), t);
    const isLive = "known" in standing && standing.known === "live";
    if (isLive && "known" in one.updatedAt) return ageAt(one.updatedAt.known, t);
  }
  return undefined;
}

interface Slot {
  readonly t: number;
  readonly oldest: number | undefined;
  readonly youngest: number | undefined;
}

/** Runs a publisher from noon on, and gives the oldest and the youngest age of live symbols at every slot. */
function slotsOver(symbolCount: number, ms: number, diesAfterMs = Infinity): Slot[] {
  const symbols = Array.from({ length: symbolCount }, (_, index) => `COIN${index}USDT`);
  const book = new HarvestBook(symbols, symbolCount, symbolCount, QUIET);
  // In the order in which they were written last.
  const hashes = new Map<string, ProposalFields>();
  const slots: Slot[] = [];
  // 10 s between two rounds, and what the round itself takes.
  const roundMs = ROUND_MS + 137;
  let next = NOON + 3210;
  for (let t = NOON + SLOT_MS; t <= NOON + ms; t += SLOT_MS) {
    for (; next <= t; next += roundMs) {
      if (next > NOON + diesAfterMs) continue;
      book.move();
      for (const [symbol, fields] of book.due(next)) {
        hashes.delete(symbol);
        hashes.set(symbol, fields);
      }
    }
    const open = new Set(book.open);
    slots.push({
      t,
      oldest: ageOfFirst(hashes, open, t),
      youngest: ageOfFirst([...hashes].toReversed(), open, t),
    });
  }
  return slots;
}

it.each([3, 30])("a healthy publisher of %i symbols leaves none of them stale in a day", (symbolCount) => {
  const slots = slotsOver(symbolCount, DAY_MS);

  const ages = slots.flatMap(({ oldest }) => (oldest === undefined ? [] : [oldest]));
  expect(ages.length).toBe(DAY_MS / SLOT_MS);
  expect(Math.max(...ages)).toBeGreaterThan(60);
  expect(Math.max(...ages)).toBeLessThan(STALE_SEC / 2);
});

it("a publisher that dies leaves every symbol stale, and its own heartbeat too, within four minutes", () => {
  const slots = slotsOver(30, 3_600_000, 600_000);

  const stale = slots.find(({ youngest }) => youngest !== undefined && youngest > STALE_SEC);
  expect((stale?.t ?? Infinity) - (NOON + 600_000)).toBeLessThan(240_000);
});

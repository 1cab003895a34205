import { factsFrom } from "../../../lib/notify/collector-lines";
import { collectorLines, faultAt } from "../../support/collector-lines";

const slot = Date.parse("2026-03-01T12:00:15Z");
const now = slot + 8000;

test("what the publisher writes is read back: safe mode and its end, the fault, the intent, the symbols", async () => {
  const halts = [{ key: "quantum:kill", stops: "all execution", reason: "fat finger" }];
  const halt_signs = [{ key: "quantum:governor:halt", stops: "entries, by the system mode" }, { key: 7 }];
  const top_symbols = [{ symbol: "BTCUSDT", count: 6 }];
  const lines = await collectorLines({
    at: slot,
    isOn: true,
    ttl: 290,
    faults: 1,
    intentAge: 10,
    intents: 15,
    openings: 12,
    halts: 1,
    properties: { ...faultAt(slot - 10_000), top_symbols, halts, halt_signs },
  });

  const facts = factsFrom(lines, "prod", now);

  expect(facts).toEqual({
    slot: { known: new Date(slot) },
    redis: { known: { isUp: true } },
    safeMode: { known: { isOn: true, liftsAt: new Date(slot + 290_000), hasExpiry: true } },
    lastFault: {
      known: {
        at: new Date(slot - 10_000),
        reason: "SYMBOL_RATE_EXCEEDED",
        symbol: "BTCUSDT",
        side: "BUY",
        correlationId: "c-17",
        counts: ["6 of 20 in all", "6 of 5 for the symbol"],
        cooldownSec: 300,
      },
    },
    faultsLastHour: { known: 1 },
    lastIntent: { known: new Date(slot - 10_000) },
    intents: { known: { published: 15, opening: 12 } },
    halts: { known: { gates: halts, signs: halt_signs.slice(0, 1) } },
    topSymbols: { known: [{ symbol: "BTCUSDT", count: 6 }] },
  });
});

test("an environment that publishes alarmed metrics only tells the same, its TTL being a property", async () => {
  const lines = await collectorLines({ at: slot, isOn: true, ttl: 100, tier: "alarmed" });

  const { safeMode } = factsFrom(lines, "prod", now);

  expect(safeMode).toEqual({ known: { isOn: true, liftsAt: new Date(slot + 100_000), hasExpiry: true } });
});

test("what was read is of the slot in which it was read, not of the rate windows' own slot after it", async () => {
  const lines = await collectorLines({ at: slot, isOn: true, ttl: 100 });
  const windows = { _aws: { Timestamp: slot + 5000 }, Environment: "prod", quantum_safety_rate_global_last: 3 };
  lines.push({ at: slot + 5000, text: JSON.stringify(windows) });

  const facts = factsFrom(lines, "prod", now);

  expect(facts.slot).toEqual({ known: new Date(slot) });
});

test("the newest slot is told, in whatever order the lines come", async () => {
  const older = await collectorLines({ at: slot - 15_000, isOn: true, ttl: 300 });
  const newer = await collectorLines({ at: slot, isOn: false });

  const { safeMode } = factsFrom([...newer, ...older], "prod", now);

  expect(safeMode).toEqual({ known: { isOn: false, hasExpiry: true } });
});

test("while Redis is down nothing that was read before is told", async () => {
  const before = await collectorLines({ at: slot - 15_000, isOn: true, ttl: 300, intentAge: 1 });
  const down = await collectorLines({ at: slot, isUp: false });

  const facts = factsFrom([...before, ...down], "prod", now);

  expect(facts.redis).toEqual({ known: { isUp: false } });
  for (const reading of [facts.safeMode, facts.lastFault, facts.lastIntent, facts.topSymbols]) {
    expect(reading).toEqual({ unknown: "Redis does not answer" });
  }
});

test("lines older than two minutes are no context", async () => {
  const lines = await collectorLines({ at: slot, isOn: true, ttl: 300 });

  const facts = factsFrom(lines, "prod", slot + 120_000);

  expect(facts.safeMode).toEqual({ unknown: "the collectors wrote nothing in the last two minutes" });
});

test("lines of another environment, of other kinds and of no JSON are passed over", async () => {
  const theirs = await collectorLines({ at: slot, isOn: true, ttl: 300, environment: "staging" });
  const noise = [{ at: slot, text: "START RequestId" }, ...["null", "[]", '{"Environment":"prod"}'].map(textAt)];

  const facts = factsFrom([...theirs, ...noise], "prod", now);

  expect(facts.slot).toEqual({ unknown: "the collectors wrote nothing in the last two minutes" });
});

test("an empty fault stream is known to be empty; one that was not read is not known", async () => {
  const empty = await collectorLines({ at: slot, faults: 0 });
  const unread = [textAt(JSON.stringify({ Environment: "prod", _aws: { Timestamp: slot }, other: 1 }))];

  const [known, unknown] = [empty, unread].map((lines) => factsFrom(lines, "prod", now).lastFault);

  expect(known).toEqual({ known: undefined });
  expect(unknown).toEqual({ unknown: "the fault stream was not read in the last two minutes" });
});

test("safe mode without expiry has no end", async () => {
  const lines = await collectorLines({ at: slot, isOn: true, ttl: -1 });

  const { safeMode } = factsFrom(lines, "prod", now);

  expect(safeMode).toEqual({ known: { isOn: true, hasExpiry: false } });
});

function textAt(text: string): { at: number; text: string } {
  return { at: slot, text };
}

// Kind: a stream ID is taken for the time of its entry although it cannot be one.
test.each([
  [
    "in seconds",
    String(slot / 1000),
    { at: new Date(slot - 9000) },
    { quantum_safety_last_fault_timestamp: slot / 1000 - 9 },
  ],
  ["ahead of the slot", `${slot + 3_600_000}-0`, {}, {}],
])("the time of a fault whose ID is %s is its own, or not known", async (_, id, time, said) => {
  const properties = { last_fault: { id, reason: "SYMBOL_RATE_EXCEEDED" }, ...said };
  const lines = await collectorLines({ at: slot, isOn: true, ttl: 290, faults: 1, properties });

  const { lastFault } = factsFrom(lines, "prod", now);

  expect(lastFault).toEqual({ known: { ...time, reason: "SYMBOL_RATE_EXCEEDED", counts: [], cooldownSec: 300 } });
});

import { faultsCollector } from "../../../lib/collectors/faults";
import { emfLines } from "../../../lib/publish/emf-lines";
import { MAX_LINE_BYTES } from "../../../lib/publish/limits";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { type Taken, Watched } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

// Kind: something that happened between two slots is in no log line.

const KEY = "quantum:stream:safety.fault";
const NOON = Date.parse("2026-03-01T12:00:00Z");
const MINUTE_MS = 60_000;
const SLOT_MS = 15_000;

const redis = withRedis();
const watch = duringTests(async () => {
  const watches: { stop(): Promise<void> }[] = [];
  return {
    anew: () => {
      const watched = new Watched(faultsCollector, redis.server.url);
      watches.push(watched);
      return watched;
    },
    stop: () => Promise.all(watches.map((one) => one.stop())).then(() => undefined),
  };
});

async function faultsAt(times: readonly number[], fields: Readonly<Record<string, string>> = {}): Promise<void> {
  const pipeline = redis.writer.pipeline();
  for (const ms of times) {
    const all = { timestamp: String(ms / 1000), reason: "GLOBAL_RATE_EXCEEDED", symbol: "BTCUSDT", ...fields };
    pipeline.xadd(KEY, `${ms}-*`, ...Object.entries(all).flat());
  }
  await pipeline.exec();
}

const listOf = ({ properties }: Taken): Record<string, string>[] =>
  JSON.parse((properties["faults"] as string | undefined) ?? "[]") as Record<string, string>[];
const idsOf = (taken: Taken): string[] => listOf(taken).map(({ id = "" }) => id);

describe("the faults of a slot's line", () => {
  it("are all that came since the line before it, with their details, each in one line", async () => {
    const watched = watch().anew();
    await watched.take(NOON);
    await faultsAt([NOON + 100, NOON + 9000], { side: "BUY", global_count: "21" });
    await faultsAt([NOON + SLOT_MS + 50]);

    const lines = [await watched.take(NOON + SLOT_MS), await watched.take(NOON + 2 * SLOT_MS)];

    expect(lines.map(idsOf)).toEqual([[`${NOON + 100}-0`, `${NOON + 9000}-0`], [`${NOON + SLOT_MS + 50}-0`]]);
    expect(listOf(lines[0]!)[0]).toEqual({
      id: `${NOON + 100}-0`,
      timestamp: String((NOON + 100) / 1000),
      reason: "GLOBAL_RATE_EXCEEDED",
      symbol: "BTCUSDT",
      side: "BUY",
      correlation_id: "",
      trace_id: "",
      global_count: "21",
      symbol_count: "",
      global_max: "",
      symbol_max: "",
      window_sec: "",
      cooldown_sec: "",
    });
  });

  it("are in the next line after missed slots, up to ten minutes back; older ones are counted", async () => {
    const watched = watch().anew();
    await watched.take(NOON);
    await faultsAt([NOON + MINUTE_MS, NOON + 2 * MINUTE_MS, NOON + 8 * MINUTE_MS]);

    const after = await watched.take(NOON + 12 * MINUTE_MS);
    const next = await watched.take(NOON + 12 * MINUTE_MS + SLOT_MS);

    expect(idsOf(after)).toEqual([`${NOON + 2 * MINUTE_MS}-0`, `${NOON + 8 * MINUTE_MS}-0`]);
    expect(after.properties["faults_not_listed"]).toBe(1);
    expect(next.properties).not.toHaveProperty("faults");
    expect(next.properties).not.toHaveProperty("faults_not_listed");
  });

  it("are those of ten minutes where the sandbox is new, and nothing is said of older ones", async () => {
    await faultsAt([NOON - 11 * MINUTE_MS, NOON - 9 * MINUTE_MS, NOON - 1]);

    const line = await watch().anew().take(NOON);

    expect(idsOf(line)).toEqual([`${NOON - 9 * MINUTE_MS}-0`, `${NOON - 1}-0`]);
    expect(line.properties).not.toHaveProperty("faults_not_listed");
  });

  it("hold also one that came late under an ID of the interval before", async () => {
    const watched = watch().anew();
    await watched.take(NOON + SLOT_MS);
    await faultsAt([NOON + 5000]);

    expect(idsOf(await watched.take(NOON + 2 * SLOT_MS))).toEqual([`${NOON + 5000}-0`]);
  });

  it("are not told again when a deletion makes all be read anew", async () => {
    const watched = watch().anew();
    await faultsAt([NOON - 3000, NOON - 2000]);
    await watched.take(NOON);
    await redis.writer.xdel(KEY, `${NOON - 3000}-0`);
    await faultsAt([NOON + 1000]);

    expect(idsOf(await watched.take(NOON + SLOT_MS))).toEqual([`${NOON + 1000}-0`]);
  });

  it("are told once too where their IDs are no times", async () => {
    const watched = watch().anew();
    await watched.take(NOON);
    for (const n of [1, 2])
      await redis.writer.xadd(KEY, `${NOON + 3_600_000}-${n}`, "timestamp", String(NOON / 1000 + n));
    await redis.writer.xadd(KEY, `${NOON + 3_600_000}-3`, "symbol", "BTCUSDT");

    const lines = [await watched.take(NOON + SLOT_MS), await watched.take(NOON + 2 * SLOT_MS)];

    expect(lines.map(idsOf)).toEqual([[1, 2, 3].map((n) => `${NOON + 3_600_000}-${n}`), []]);
  });

  it("together make the record whole, each fault once by its ID, when runs overlap and slots are missed", async () => {
    const [one, other] = [watch().anew(), watch().anew()];
    const all = Array.from({ length: 60 }, (_, index) => NOON + index * 4321);
    const lines: string[] = [];
    for (let slot = 0, done = 0; slot < 20; slot++) {
      const t = NOON + slot * SLOT_MS;
      await faultsAt(all.slice(done).filter((ms) => ms < t + 200));
      done = all.filter((ms) => ms < t + 200).length;
      if (slot % 3 === 0) lines.push(...idsOf(await one.take(t)));
      if (slot % 4 === 1) lines.push(...idsOf(await other.take(t)));
    }

    const listed = all.filter((ms) => ms < NOON + 18 * SLOT_MS).map((ms) => `${ms}-0`);
    expect([...new Set(lines)].toSorted()).toEqual(listed);
  });

  it("stay within a log line however much a fault says; how many found no room is said", async () => {
    const watched = watch().anew();
    await watched.take(NOON);
    const long = "\u0001".repeat(1000);
    await faultsAt(
      Array.from({ length: 100 }, (_, index) => NOON + 1 + index),
      { reason: long, symbol: long, side: long },
    );

    const line = await watched.take(NOON + SLOT_MS);

    const { samples, properties } = line;
    const at = new Date(NOON + SLOT_MS);
    const texts = emfLines({ environment: "prod", samples, properties: [properties], at, now: +at });
    const listed = idsOf(line);
    expect(texts.every((text) => Buffer.byteLength(text) <= MAX_LINE_BYTES)).toBe(true);
    expect(texts.join("")).not.toContain("too long for a log line");
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.at(-1)).toBe(`${NOON + 100}-0`);
    expect(properties["faults_not_listed"]).toBe(100 - listed.length);
  });
});

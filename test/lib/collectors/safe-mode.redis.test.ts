import type { Redis } from "ioredis";
import { safeModeCollector } from "../../../lib/collectors/safe-mode";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { Watched } from "../../support/schedule";
import { startProxy } from "../../support/proxy";

jest.setTimeout(SERVER_TIMEOUT_MS);

const KEY = "quantum:safety:safe_mode";
const NOON = Date.parse("2026-03-01T12:00:00Z");
const READINGS = 5000;

const redis = withRedis();
const watch = duringTests(async () => new Watched(safeModeCollector, redis.server.url));
const no = { quantum_safety_safe_mode: 0, quantum_safety_safe_mode_no_expiry: 0 };
const on = { quantum_safety_safe_mode: 1, quantum_safety_safe_mode_no_expiry: 0 };
const forEver = { quantum_safety_safe_mode: 1, quantum_safety_safe_mode_no_expiry: 1 };
const VALUES: readonly (readonly [string, string | Buffer, isOn: boolean, isDrift: boolean])[] = [
  ["1", "1", true, false],
  ["0", "0", false, false],
  ["true", "true", false, true],
  ["2", "2", false, true],
  ["nothing at all", "", false, true],
  ["01", "01", false, true],
  ["1 and a line end", "1\n", false, true],
  ["1.0", "1.0", false, true],
  ["bytes that are no text", Buffer.from([0xff, 0x31, 0x00]), false, true],
  ["a megabyte", "1".repeat(1_000_000), false, true],
];
type Happening = (writer: Redis) => Promise<unknown>;
const TTLS = [
  ["without expiry", undefined],
  ["for 300 s", 300],
  ["for 900 s", 900],
] as const;
const TABLE = VALUES.flatMap(([name, value, isOn, isDrift]) =>
  TTLS.map(([span, ttl]) => ({ name, span, value, ttl, isOn, isDrift })),
);

describe("safe mode", () => {
  it.each(TABLE)("holding $name $span is what the kernel obeys", async ({ value, ttl, isOn, isDrift }) => {
    await (ttl === undefined ? redis.writer.set(KEY, value) : redis.writer.set(KEY, value, "EX", ttl));

    const { values, violations } = await watch().take(NOON);

    const { quantum_safety_safe_mode_ttl_seconds: left = Number.NaN, ...flags } = values;
    const onFlags = ttl === undefined ? forEver : on;
    expect(flags).toEqual(isOn ? onFlags : no);
    expect(Math.ceil(left)).toBe(ttl ?? -1);
    expect(violations.map(({ key }) => key)).toEqual(isDrift ? [KEY] : []);
    for (const { what } of violations) expect(what.length).toBeLessThan(200);
  });

  it("is off without a violation while the key is absent", async () => {
    const { values, violations } = await watch().take(NOON);

    expect(values).toEqual({ ...no, quantum_safety_safe_mode_ttl_seconds: -1 });
    expect(violations).toEqual([]);
  });

  it("is not known, and its time to live is, while the key has the wrong type", async () => {
    await redis.writer.hset(KEY, "value", "1");
    await redis.writer.expire(KEY, 300);

    const { values, violations } = await watch().take(NOON);

    expect(Object.keys(values)).toEqual(["quantum_safety_safe_mode_ttl_seconds"]);
    expect(Math.ceil(values["quantum_safety_safe_mode_ttl_seconds"] ?? 0)).toBe(300);
    expect(violations).toEqual([{ key: KEY, what: "holds a value of the wrong type" }]);
  });

  it("shows milliseconds, so that the last second is not 0", async () => {
    await redis.writer.set(KEY, "1", "PX", 900);

    const { values } = await watch().take(NOON);

    expect(values["quantum_safety_safe_mode_ttl_seconds"]).toBeGreaterThan(0);
    expect(values["quantum_safety_safe_mode_ttl_seconds"]).toBeLessThan(1);
  });
});

describe("a key that expires in the middle of a reading", () => {
  it("is on with a time to live or off with none, in thousands of readings", async () => {
    const seen = new Map<string, number>();

    for (let reading = 0; reading < READINGS; reading++) {
      if (reading % 5 === 0) await redis.writer.set(KEY, "1", "PX", 1 + (reading % 3));
      const { values } = await watch().take(NOON);
      const left = values["quantum_safety_safe_mode_ttl_seconds"] ?? Number.NaN;
      const kind = left >= 0 && left <= 0.003 ? "counting" : String(left);
      const combination = `${values["quantum_safety_safe_mode"]} ${kind} ${values["quantum_safety_safe_mode_no_expiry"]}`;
      seen.set(combination, (seen.get(combination) ?? 0) + 1);
    }

    expect([...seen.keys()].toSorted()).toEqual(["0 -1 0", "1 counting 0"]);
    expect(Math.min(...seen.values())).toBeGreaterThan(50);
  });
});

describe("a key that changes between the two commands of a reading", () => {
  const proxied = duringTests(() => startProxy(redis.server));

  afterEach(() => {
    proxied().before = undefined;
  });

  /** Stands for taking two moments for one. */
  it.each<[string, ...[Happening, Happening]]>([
    ["has expired in between, and is off", (writer) => writer.set(KEY, "1", "EX", 300), (writer) => writer.del(KEY)],
    ["was set in between, and is off still", (writer) => writer.del(KEY), (writer) => writer.set(KEY, "1", "EX", 300)],
  ])("%s, with no time to live", async (_, first, then) => {
    await first(redis.writer);
    const watched = new Watched(safeModeCollector, proxied().url);
    proxied().before = async ([name]) => {
      if (name === "PTTL") await then(redis.writer);
    };

    const { values, violations } = await watched.take(NOON);

    await watched.stop();
    expect(values).toEqual({ ...no, quantum_safety_safe_mode_ttl_seconds: -1 });
    expect(violations).toEqual([]);
  });
});

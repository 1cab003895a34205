import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Gate } from "../../local/kernel/gate";
import { type Happening, type Scenario, SCENARIOS } from "../../local/kernel/scenarios";
import { SYMBOLS, Traffic } from "../../local/kernel/traffic";
import { withRedis } from "../support/redis-server";

const WINDOW_MS = 10_000;

function scenario(name: string): Scenario {
  const found = SCENARIOS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
}

function burst(): Extract<Happening, { does: "burst" }> {
  const found = scenario("burst").timeline.find((step) => step.does === "burst");
  if (found?.does !== "burst") throw new Error("no burst in it");
  return found;
}

const happenings = (name: string): string[] => scenario(name).timeline.map(({ at, does }) => `${at} ${does}`);

describe("the scenarios", () => {
  it("are those that the command line offers, calm first", () => {
    const names = SCENARIOS.map(({ name }) => name);

    expect(names).toEqual([
      "calm",
      "burst",
      "stall",
      "margin-halt",
      "not-obeyed",
      "halted",
      "redis-down",
      "outage",
      "refused",
      "harvest",
      "stuck-consumer",
      "flat-book",
    ]);
  });

  it("are those that the README lists", () => {
    const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
    const table = /\| scenario \|.*\n((?:\|.*\n)+)/.exec(readme)?.[1] ?? "";

    const listed = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);

    expect(listed).toEqual(SCENARIOS.map(({ name }) => name));
  });

  it.each(SCENARIOS)("$name says in one sentence what will be seen", ({ sentence }) => {
    expect(sentence).toMatch(/^[A-Z][^.]+\.$/);
  });

  it.each(SCENARIOS)("$name starts calm and goes on in the order of its times", ({ timeline }) => {
    const times = timeline.map(({ at }) => at);

    expect(timeline[0]).toEqual({ at: 0, does: "publish" });
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("interrupt the calm when they say they do", () => {
    const later = SCENARIOS.map(({ name }) => happenings(name).slice(1));

    expect(later).toEqual([
      [],
      ["20 burst"],
      ["30 stop-publishing"],
      ["20 margin-failures"],
      ["20 margin-failures", "60 bypass"],
      ["30 lock-down", "390 lift-lockdown"],
      ["30 kill-redis", "150 restart-redis"],
      ["30 kill-redis", "630 restart-redis"],
      ["30 rotate-password", "210 restore-password"],
      ["30 kill-score", "390 kill-score", "900 close-position"],
      ["30 lose-bridge"],
      ["0 close-all", "600 kill-score"],
    ]);
  });
});

describe("the burst", () => {
  const redis = withRedis();

  it.each([0, 2500, 5000, 9300, 9990])("trips the breaker once when it starts %d ms into a window", async (phase) => {
    const { symbol, side, attempts, everyMs } = burst();
    let now = 1_768_784_100_000 + phase;
    const gate = new Gate(redis.writer, () => now);
    const traffic = new Traffic(1);
    const verdicts: string[] = [];

    for (let attempt = 0; attempt < attempts; attempt++, now += everyMs) {
      verdicts.push((await gate.attempt(traffic.on(symbol, side))).is);
    }

    expect(verdicts.filter((is) => is === "tripped")).toHaveLength(1);
    expect(verdicts.slice(verdicts.indexOf("tripped") + 1)).not.toContain("published");
    expect(verdicts.at(-1)).toBe("blocked");
  });
});

describe("calm traffic", () => {
  it.each([1, 2, 3])("stays at half of the kernel's limits or below with seed %d, for hours", (seed) => {
    const drawn = draw(seed, 5000);

    expect(mostPerWindow(drawn, () => "all")).toBeLessThanOrEqual(10);
    expect(mostPerWindow(drawn, ({ symbol }) => symbol)).toBeLessThanOrEqual(3);
  });

  it("trades every symbol, some much more than others, irregularly and about 15 times a minute", () => {
    const drawn = draw(1, 5000);

    const shares = SYMBOLS.map((symbol) => drawn.filter((one) => one.symbol === symbol).length / drawn.length);
    const gaps = drawn.map(({ atMs }, index) => atMs - (drawn[index - 1]?.atMs ?? 0));

    expect(SYMBOLS).toHaveLength(12);
    expect(Math.min(...shares)).toBeGreaterThan(0.02);
    expect(Math.max(...shares)).toBeGreaterThan(2 * Math.min(...shares));
    const perMinute = drawn.length / ((drawn.at(-1)?.atMs ?? 0) / 60_000);
    expect(perMinute).toBeGreaterThan(14);
    expect(perMinute).toBeLessThan(16);
    expect(Math.max(...gaps)).toBeGreaterThan(5 * Math.min(...gaps));
  });

  it("repeats with its seed and differs with another", () => {
    const [first, again, other] = [7, 7, 8].map((seed) => {
      const traffic = new Traffic(seed);
      return Array.from({ length: 20 }, () => ({ gap: traffic.gap(), ...traffic.next() }));
    });

    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

interface Drawn {
  readonly symbol: string;
  readonly atMs: number;
}

function draw(seed: number, count: number): Drawn[] {
  const traffic = new Traffic(seed);
  let atMs = 0;
  return Array.from({ length: count }, () => {
    atMs += traffic.gap();
    return { symbol: traffic.next().symbol, atMs };
  });
}

function mostPerWindow(drawn: readonly Drawn[], group: (one: Drawn) => string): number {
  const counts = new Map<string, number>();
  for (const one of drawn) {
    const key = `${group(one)} ${Math.floor(one.atMs / WINDOW_MS)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

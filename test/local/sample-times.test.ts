import { endCommands, runCommand } from "../support/command";
import { SERVER_TIMEOUT_MS, withRedis } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

// Kind: a stream ID is taken for the time of its entry although it cannot be one. Two streams as they were found.

afterAll(endCommands);

const INTENTS = "quantum:stream:trade.intent";
const FAULTS = "quantum:stream:safety.fault";
const redis = withRedis();

interface Printed {
  readonly samples: readonly { name: string; value: number; labels: Record<string, string> }[];
  readonly properties: Record<string, unknown>;
  readonly violations: readonly { collector: string; key: string; what: string }[];
}

async function sample(): Promise<Printed> {
  const { code, stdout } = await runCommand(["sample", "--json"], {
    env: { REDIS_URL: redis.server.url, COLLECTORS: "safety" },
  });
  expect(code).toBe(0);
  return JSON.parse(stdout) as Printed;
}

const valueOf = ({ samples }: Printed, name: string): number | undefined =>
  samples.find((one) => one.name === name && Object.keys(one.labels).length === 0)?.value;
const named = ({ violations }: Printed): unknown => violations.map(({ collector, key }) => [collector, key]);

const UNKNOWN_OF_INTENTS = [
  "quantum_trade_intent_last_age_seconds",
  "quantum_trade_intent_rate_per_min",
  "quantum_trade_intent_opening_rate_per_min",
];

/** Adds an intent or a fault that says itself that it is of now. */
async function add(key: string, id: string, seconds: number): Promise<void> {
  const stamp = key === FAULTS ? ["timestamp", String(seconds), "reason", "SYMBOL_RATE_EXCEEDED"] : [];
  await redis.writer.xadd(key, id, ...stamp, "symbol", "BTCUSDT", "side", "BUY");
}

function expectTrips(printed: Printed, count: number, timestamp: number): void {
  const windows = ["1h", "30m", "5m"].map((span) => valueOf(printed, `quantum_safety_faults_last_${span}`));
  expect(windows).toEqual([count, count, count]);
  expect(valueOf(printed, "quantum_safety_last_fault_timestamp")).toBe(timestamp);
  expect(UNKNOWN_OF_INTENTS.map((name) => valueOf(printed, name))).toEqual([undefined, undefined, undefined]);
  expect(named(printed)).toEqual([
    ["faults", FAULTS],
    ["intents", INTENTS],
  ]);
  expect(valueOf(printed, "quantum_contract_violations")).toBe(2);
  expect(valueOf(printed, "quantum_safety_exporter_errors_total")).toBe(2);
  const listed = JSON.parse(String(printed.properties["faults"])) as unknown[];
  expect(listed).toHaveLength(count);
}

test("of a server whose clock was put back: the trips by their own timestamps, no age and no rate, and why", async () => {
  const now = Date.now();
  await add(INTENTS, `${now - 70_000}-0`, now / 1000);
  await add(INTENTS, `${now + 3_600_000}-0`, now / 1000);
  for (const id of [`${now + 3_600_000}-0`, "*", "*"]) await add(FAULTS, id, now / 1000);

  const printed = await sample();

  expectTrips(printed, 3, now / 1000);
  expect(printed.violations.map(({ what }) => what).join()).toMatch(
    /s ahead of the slot: the server's clock was put back/,
  );
});

test("of a publisher that makes IDs of seconds: the trips by their own timestamps, no age and no rate, and why", async () => {
  const seconds = Math.floor(Date.now() / 1000);
  for (const ago of [3, 1]) await add(INTENTS, `${seconds - ago}-12345`, seconds);
  for (const ago of [2, 1]) await add(FAULTS, `${seconds - ago}-12345`, seconds);

  const printed = await sample();

  expectTrips(printed, 2, seconds);
  expect(printed.violations.map(({ what }) => what).join()).toMatch(/is no time in milliseconds/);
});

import type { Redis } from "ioredis";
import { readConfig } from "../../../lib/config";
import { Sampler } from "../../../lib/sampler";
import { type Proxy, startProxy } from "../../support/proxy";
import { duringTests, SERVER_TIMEOUT_MS, startCluster, until, withRedis, writerOf } from "../../support/redis-server";
import { valuesOf } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const SLOT = new Date("2026-03-01T12:00:30Z");

/** What a healthy system has written by the slot. */
function healthy(t: number): (readonly [string, ...(string | number)[]])[] {
  const intents = Array.from({ length: 480 }, (_, index) => t - 125 * (index + 1)).toReversed();
  return [
    ["SET", "quantum:safety:safe_mode", "1", "EX", 300],
    ["XADD", "quantum:stream:safety.fault", t - 90_000, "timestamp", String((t - 90_000) / 1000), "symbol", "BTCUSDT"],
    ["XADD", "quantum:stream:trade.intent", t - 100_000, "symbol", "ETHUSDT"],
    ...intents.map((ms) => ["XADD", "quantum:stream:trade.intent", ms, "symbol", "ETHUSDT"] as const),
    ["SET", `quantum:safety:rate:global:${t / 10_000 - 1}`, 17],
    ["SET", `quantum:safety:rate:global:${t / 10_000}`, 2],
    ["SET", `quantum:safety:rate:symbol:ETHUSDT:${t / 10_000 - 1}`, 4],
  ];
}

const EXPECTED = {
  quantum_safety_safe_mode: 1,
  quantum_safety_faults_last_5m: 1,
  quantum_trade_intent_rate_per_min: 480,
  quantum_safety_rate_global_last_window: 17,
  quantum_safety_rate_symbol_utilization_max: 80,
  quantum_safety_redis_up: 1,
  quantum_contract_violations: 0,
};

describe("one server", () => {
  const redis = withRedis();
  const started = duringTests(async () => {
    const proxy = await startProxy(redis.server);
    const sampler = new Sampler(readConfig({ REDIS_URL: proxy.url }), () => SLOT.getTime() + 200);
    const stop = async (): Promise<void> => {
      sampler.close();
      await proxy.stop();
    };
    return { proxy, sampler, stop };
  });

  it("gives a warm sample of all safety collectors in 1 turn of 28 commands", async () => {
    const { proxy, sampler } = started();
    for (const command of healthy(SLOT.getTime())) await redis.writer.call(command[0], command.slice(1));
    await sampler.sample(new Date(SLOT.getTime() - 15_000));
    proxy.clear();

    const { samples } = await sampler.sample(SLOT);

    expect(valuesOf(samples)).toMatchObject(EXPECTED);
    expect({ turns: proxy.turns, commands: proxy.commands.length }).toEqual({ turns: 1, commands: 28 });
    expect(proxy.connections).toBe(1);
  });

  it("asks of the halts of trading one command a key, and of cooldowns those of configured symbols only", async () => {
    const { proxy, sampler } = started();
    proxy.clear();

    await sampler.sample(SLOT);

    const asked = proxy.commands
      .filter(([name]) => name === "EXISTS" || name === "GET")
      .map((words) => words.join(" "));
    expect(asked.filter((command) => !command.includes(":rate:") && !command.endsWith("safe_mode")).toSorted()).toEqual(
      [
        "EXISTS quantum:lockdown",
        "EXISTS quantum:safety:cooldown_global",
        "EXISTS quantum:safety:cooldown_symbol:BTCUSDT",
        "EXISTS quantum:safety:cooldown_symbol:ETHUSDT",
        "EXISTS quantum:safety:cooldown_symbol:SOLUSDT",
        "GET quantum:churn:global_freeze",
        "GET quantum:dag5:lockdown_active",
        "GET quantum:global:kill_switch",
        "GET quantum:global:kill_switch:reason",
        "GET quantum:governor:halt",
        "GET quantum:kill",
        "GET quantum:system:mode",
      ],
    );
  });

  it("takes a second turn, no third, for symbols that it has not seen before", async () => {
    const { proxy, sampler } = started();
    for (const command of healthy(SLOT.getTime())) await redis.writer.call(command[0], command.slice(1));
    const later = new Date(SLOT.getTime() + 30_000);
    await redis.writer.xadd("quantum:stream:trade.intent", later.getTime() - 1, "symbol", "NEWUSDT");
    proxy.clear();

    await sampler.sample(later);

    expect({ turns: proxy.turns, commands: proxy.commands.length }).toEqual({ turns: 2, commands: 29 });
  });

  it("asks nothing besides what the list of rights allows, and never SCAN or KEYS", async () => {
    const { proxy, sampler } = started();
    for (const command of healthy(SLOT.getTime())) await redis.writer.call(command[0], command.slice(1));
    proxy.clear();

    for (let slot = 0; slot < 12; slot++) await sampler.sample(new Date(SLOT.getTime() + 5000 * slot));

    const asked = new Set(proxy.commands.map(([name = ""]) => name.toLowerCase()));
    expect([...asked].toSorted()).toEqual(["exists", "get", "info", "pttl", "time", "xinfo", "xrange", "xrevrange"]);
  });
});

async function announces(client: Redis, ports: readonly number[]): Promise<boolean> {
  const slots = JSON.stringify(await client.cluster("SLOTS"));
  return ports.every((port) => slots.includes(String(port)));
}

function keysAsked({ commands }: Proxy): Set<string> {
  const ofKeys = commands.filter(([name]) => name !== "INFO");
  return new Set(ofKeys.flatMap(([name, key, third]) => (name === "XINFO" ? [third ?? ""] : key ? [key] : [])));
}

describe("a cluster of three", () => {
  const started = duringTests(async () => {
    const cluster = await startCluster(3);
    const proxies = await Promise.all(cluster.nodes.map((node) => startProxy(node)));
    const clients = cluster.nodes.map((node) => writerOf(node));
    for (const [index, client] of clients.entries()) {
      await client.config("SET", "cluster-announce-port", String(proxies[index]?.port));
    }
    const ports = proxies.map(({ port }) => port);
    await Promise.all(clients.map((client) => until("all nodes announce the proxies", () => announces(client, ports))));
    for (const client of clients) client.disconnect();
    const nodes = proxies.map(({ host, port }) => `${host}:${port}`).join(",");
    const config = readConfig({ REDIS_TOPOLOGY: "cluster", REDIS_NODES: nodes, SYMBOLS: "BTCUSDT,ETHUSDT,XRPUSDT" });
    const sampler = new Sampler(config, () => SLOT.getTime() + 200);
    const stop = async (): Promise<void> => {
      sampler.close();
      await Promise.all(proxies.map((proxy) => proxy.stop()));
      await cluster.stop();
    };
    return { cluster, proxies, sampler, stop };
  });
  it("gives a warm sample in 1 turn a node, each node asked only for keys of its own", async () => {
    const { cluster, proxies, sampler } = started();
    for (const command of healthy(SLOT.getTime())) await cluster.writer.call(command[0], command.slice(1));
    await sampler.sample(new Date(SLOT.getTime() - 15_000));
    for (const proxy of proxies) proxy.clear();

    const { samples, properties } = await sampler.sample(SLOT);

    expect(properties["redis_error"]).toBeUndefined();
    expect(valuesOf(samples)).toMatchObject(EXPECTED);
    expect(proxies.map(({ turns }) => turns)).toEqual([1, 1, 1]);
    // The two INFO go to each of the three.
    expect(proxies.reduce((sum, { commands }) => sum + commands.length, 0)).toBe(26 + 2 * 3);
    const keys = proxies.map(keysAsked);
    expect(keys.every(({ size }) => size > 0)).toBe(true);
    expect(new Set(keys.flatMap((own) => Array.from(own))).size).toBe(keys.reduce((sum, { size }) => sum + size, 0));
  });
});

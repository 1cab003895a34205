import { SAMPLE_LIMIT_MS } from "../../../lib/redis/limits";
import { startRedis } from "../../../local/embedded-redis";
import { startProxy } from "../../support/proxy";
import { duringTests, writerOf, SERVER_TIMEOUT_MS } from "../../support/redis-server";
import { valuesOf } from "../../support/schedule";
import { expectOutage, expectUp, INTENTS, sampled, seed, withSamplers } from "../../support/sampling";

jest.setTimeout(SERVER_TIMEOUT_MS);

const samplerFor = withSamplers();

describe("a network that fails", () => {
  const behind = duringTests(async () => {
    const server = await startRedis();
    const proxy = await startProxy(server);
    return { server, proxy, stop: () => Promise.all([proxy.stop(), server.stop()]).then(() => undefined) };
  });

  it("is down while answers take 10 s, and up again when they do not", async () => {
    const { proxy, server } = behind();
    const sampler = samplerFor({ REDIS_URL: proxy.url });
    await seed(server);
    await sampled(sampler);
    proxy.delayMs = 10_000;
    const during = await sampled(sampler);
    proxy.delayMs = 0;

    const after = await sampled(sampler);

    expectOutage(during, /took longer than/, "timed-out");
    expectUp(after, { quantum_safety_safe_mode: 1 });
  });

  it("costs no sample when the warm socket has died silently: one new connection, within the slot", async () => {
    const { proxy, server } = behind();
    const sampler = samplerFor({ REDIS_URL: proxy.url });
    await seed(server);
    await sampled(sampler);
    proxy.blackHole();
    const opened = proxy.opened;

    const after = await sampled(sampler);

    expectUp(after, { quantum_safety_safe_mode: 1 });
    expect(after.tookMs).toBeLessThan(SAMPLE_LIMIT_MS);
    expect(proxy.opened - opened).toBe(1);
  });

  it("costs no sample when the warm socket was reset", async () => {
    const { proxy, server } = behind();
    const sampler = samplerFor({ REDIS_URL: proxy.url });
    await seed(server);
    await sampled(sampler);
    proxy.clear();
    proxy.resetAtTurn = 1;

    const after = await sampled(sampler);

    proxy.resetAtTurn = undefined;
    expectUp(after, { quantum_safety_safe_mode: 1 });
  });

  it("publishes nothing of the first turn when the second, about a new symbol, is reset", async () => {
    const { proxy, server } = behind();
    const sampler = samplerFor({ REDIS_URL: proxy.url });
    const writer = writerOf(server);
    await writer.xadd(INTENTS, Date.now() - 60_000, "symbol", "NEWUSDT");
    writer.disconnect();
    proxy.clear();
    proxy.resetAtTurn = 2;
    const during = await sampled(sampler);
    proxy.resetAtTurn = undefined;

    const after = await sampled(sampler);

    const values = valuesOf(during.sampled.samples);
    expect(values).toMatchObject({ quantum_safety_redis_up: 0, quantum_safety_exporter_up: 1 });
    expect(Object.keys(values).filter((name) => /safe_mode|fault|intent|rate_/.test(name.replace(/\{.*/, "")))).toEqual(
      [],
    );
    expectUp(after, { quantum_safety_safe_mode: 1 });
  });

  it("remembers when it last failed", async () => {
    const { proxy } = behind();
    const sampler = samplerFor({ REDIS_URL: proxy.url });
    proxy.resetAtTurn = undefined;
    proxy.delayMs = 10_000;
    const during = await sampled(sampler);
    proxy.delayMs = 0;

    const after = await sampled(sampler);

    expectUp(after, { quantum_safety_redis_last_error_timestamp: during.sampled.at.getTime() / 1000 });
  });
});

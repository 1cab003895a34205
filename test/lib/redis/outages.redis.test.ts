import { startRedis } from "../../../local/embedded-redis";
import { duringTests, until, writerOf, SERVER_TIMEOUT_MS } from "../../support/redis-server";
import { valuesOf } from "../../support/schedule";
import { expectOutage, expectUp, sampled, seed, withSamplers } from "../../support/sampling";

jest.setTimeout(SERVER_TIMEOUT_MS);

const samplerFor = withSamplers();
const started = async (options: Parameters<typeof startRedis>[0] = {}) => {
  const server = await startRedis(options);
  return { server, stop: () => server.stop() };
};

describe("a server that dies and returns", () => {
  const redis = duringTests(() =>
    started({ config: ["key-load-delay 20000", "loading-process-events-interval-bytes 1024"] }),
  );

  it("is down when it is killed, also at the next sample, and up again when it returns empty", async () => {
    const { server } = redis();
    const sampler = samplerFor({ REDIS_URL: server.url });
    await seed(server);
    const before = await sampled(sampler);
    await server.kill();
    const during = [await sampled(sampler), await sampled(sampler)];
    await server.restart();

    const after = await sampled(sampler);

    expectUp(before, { quantum_safety_safe_mode: 1 });
    for (const one of during) expectOutage(one, /ECONNREFUSED/, "unreachable");
    expectUp(after, { quantum_safety_safe_mode: 0 });
    expect(valuesOf(after.sampled.samples)).not.toHaveProperty("quantum_trade_intent_rate_per_min");
  });

  it("does not miss a sample when it is restarted in between", async () => {
    const { server } = redis();
    const sampler = samplerFor({ REDIS_URL: server.url });
    await sampled(sampler);
    await server.restart();

    const after = await sampled(sampler);

    expectUp(after, { quantum_safety_safe_mode: 0 });
  });

  it("is down while it loads its data and then shows what it has loaded", async () => {
    const { server } = redis();
    const sampler = samplerFor({ REDIS_URL: server.url });
    const writer = writerOf(server);
    await seed(server);
    for (let index = 0; index < 100; index++) await writer.set(`other:${index}`, "x".repeat(500));
    await writer.save();
    writer.disconnect();
    await server.kill();
    const returned = server.restart();
    let loading = await sampled(sampler);
    await until("it answers", async () => {
      loading = await sampled(sampler);
      return !/ECONNREFUSED|ECONNRESET|closed/.test(String(loading.sampled.properties["redis_error"]));
    });
    await returned;

    const after = await sampled(sampler);

    expectOutage(loading, /LOADING/, "loading");
    expectUp(after, { quantum_safety_safe_mode: 1, quantum_trade_intent_rate_per_min: 0 });
  });

  it("is down while it is frozen and up again when it thaws", async () => {
    const { server } = redis();
    const [warm, cold] = [samplerFor({ REDIS_URL: server.url }), samplerFor({ REDIS_URL: server.url })];
    await sampled(warm);
    server.pause();
    const during = await Promise.all([sampled(warm), sampled(cold)]);
    server.resume();

    const after = [await sampled(warm), await sampled(cold)];

    for (const one of during) expectOutage(one, /took longer than/, "timed-out");
    for (const one of after) expectUp(one, {});
  });
});

import type { RedisWhy } from "../../../lib/redis/why";
import { startRedis } from "../../../local/embedded-redis";
import { EACH_SYMBOL, haltsUnder, keysOfHalt } from "../../../lib/redis/halts";
import { startFakeRedis } from "../../support/fake-redis";
import { duringTests, SERVER_TIMEOUT_MS } from "../../support/redis-server";
import { valuesOf } from "../../support/schedule";
import { expectOutage, sampled, seed, withSamplers } from "../../support/sampling";

jest.setTimeout(SERVER_TIMEOUT_MS);

const samplerFor = withSamplers();
const started = async (options: Parameters<typeof startRedis>[0] = {}) => {
  const server = await startRedis(options);
  return { server, stop: () => server.stop() };
};

/** What halts trading besides safe mode, as a user's rights to read it. */
const HALTS = haltsUnder()
  .flatMap(keysOfHalt)
  .map((key) => `%R~${key.replace(EACH_SYMBOL, "*")}`)
  .join(" ");

describe("a server that refuses", () => {
  const redis = duringTests(() =>
    started({
      config: [
        "requirepass right",
        "user nothing on >pw ~* -@all",
        "user pings on >pw ~* -@all +time +ping",
        `user most on >pw %R~quantum:stream:* %R~quantum:safety:rate:* ${HALTS} +@all`,
      ],
    }),
  );
  const urlOf = (credentials: string): string => redis().server.url.replace("://", `://${credentials}`);

  it.each([
    ["a wrong password", "default:wrong@", /WRONGPASS/],
    ["no password", "", /NOAUTH/],
    ["a user without rights", "nothing:pw@", /NOPERM/],
    ["a user that may only ask the time", "pings:pw@", /NOPERM/],
  ])("is down for %s", async (_, credentials, why) => {
    await seed(redis().server, "right");
    const sampler = samplerFor({ REDIS_URL: urlOf(credentials) });

    const both = [await sampled(sampler), await sampled(sampler)];

    for (const one of both) expectOutage(one, why, "refused");
  });

  it("costs one collector its readings, and no other, where one key is forbidden", async () => {
    await seed(redis().server, "right");
    const sampler = samplerFor({ REDIS_URL: urlOf("most:pw@") });

    const { samples, properties } = (await sampled(sampler)).sampled;

    const values = valuesOf(samples);
    expect(values).toMatchObject({
      quantum_safety_redis_up: 1,
      quantum_safety_exporter_errors_total: 1,
      quantum_trade_intent_rate_per_min: 0,
      quantum_safety_faults_last_1h: 0,
      "quantum_collector_up{safe-mode}": 0,
      "quantum_collector_up{faults}": 1,
      "quantum_collector_up{intents}": 1,
      "quantum_collector_up{rate-windows}": 1,
    });
    expect(values).not.toHaveProperty("quantum_safety_safe_mode");
    expect(values).not.toHaveProperty("quantum_safety_safe_mode_ttl_seconds");
    // Kind: a server that answers hides that it refuses the one key that matters most.
    expect(properties).toMatchObject({
      redis_why: "refused",
      redis_error: expect.stringMatching(/^quantum:safety:safe_mode: NOPERM/) as string,
    });
    expect(properties["failed"]).toEqual([
      { collector: "safe-mode", why: expect.stringMatching(/^quantum:safety:safe_mode: NOPERM/) },
    ]);
  });

  it.each<[string, RedisWhy]>([
    ["LOADING Redis is loading the dataset in memory", "loading"],
    ["DENIED Redis is running in protected mode because protected mode is enabled", "refused"],
    ["CLUSTERDOWN The cluster is down", "unreachable"],
    ["ERR max number of clients reached", "unreachable"],
    ["UNBLOCKED and other words that no version has said yet", "unreachable"],
  ])("is down when all it says is %s", async (message, why) => {
    const fake = await startFakeRedis(`-${message}`);
    const sampler = samplerFor({ REDIS_URL: fake.url });

    const both = [await sampled(sampler), await sampled(sampler)];

    await fake.stop();
    for (const one of both) expectOutage(one, new RegExp(message.slice(0, 30)), why);
  });

  it("is down when what it says is no Redis at all", async () => {
    const fake = await startFakeRedis("HTTP/1.1 400 Bad Request");
    const sampler = samplerFor({ REDIS_URL: fake.url });

    const only = await sampled(sampler);

    await fake.stop();
    expectOutage(only, /./, "unreachable");
  });
});

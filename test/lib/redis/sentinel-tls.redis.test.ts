import { startRedis } from "../../../local/embedded-redis";
import { duringTests, MASTER_NAME, selfSigned, SERVER_TIMEOUT_MS } from "../../support/redis-server";
import { expectOutage, expectUp, sampled, withSamplers } from "../../support/sampling";
import { startProxy } from "../../support/proxy";

jest.setTimeout(SERVER_TIMEOUT_MS);

const samplerFor = withSamplers();

const naming = (port: number): readonly string[] => [`sentinel monitor ${MASTER_NAME} 127.0.0.1 ${port} 1`];

describe("Sentinel with TLS", () => {
  const group = duringTests(async () => {
    const tls = await selfSigned();
    const master = await startRedis({ tls, config: ["requirepass geheim"] });
    const plain = await startRedis();
    const listener = await startProxy(plain);
    const sentinel = await startRedis({ sentinel: true, tls, config: naming(master.port) });
    const misled = await startRedis({ sentinel: true, tls, config: naming(listener.port) });
    const stop = async (): Promise<void> => {
      await listener.stop();
      await Promise.all([sentinel, misled, master, plain].map((server) => server.stop()));
    };
    return { ca: tls.ca, sentinel, misled, listener, stop };
  });
  const variables = (port: number): Record<string, string> => ({
    REDIS_TOPOLOGY: "sentinel",
    REDIS_SENTINELS: `127.0.0.1:${port}`,
    REDIS_SENTINEL_MASTER: MASTER_NAME,
    REDIS_TLS: "true",
    REDIS_TLS_CA: group().ca,
    REDIS_PASSWORD: "geheim",
  });

  it("speaks to the sentinel and to the master encrypted", async () => {
    expectUp(await sampled(samplerFor(variables(group().sentinel.port))), {});
  });

  it("sends no password in clear to a master that does not speak TLS", async () => {
    const taken = await sampled(samplerFor(variables(group().misled.port)));

    expectOutage(taken, /took longer/, "timed-out");
    expect(JSON.stringify(group().listener.commands)).not.toContain("geheim");
  });
});

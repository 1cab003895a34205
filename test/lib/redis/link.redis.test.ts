import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Redis } from "ioredis";
import { startRedis } from "../../../local/embedded-redis";
import { duringTests, SERVER_TIMEOUT_MS, until } from "../../support/redis-server";
import { expectOutage, expectUp, sampled, seed, withSamplers } from "../../support/sampling";

jest.setTimeout(SERVER_TIMEOUT_MS);

const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:redis-AbCdEf";
const ENVIRONMENT = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-central-1" };

const samplerFor = withSamplers();

/** A server that wants a password, and a stand-in for Secrets Manager that gives one after a while. */
async function serverWithSecret() {
  const secret = { text: "right", afterMs: 0, given: 0 };
  const manager = createServer((request, response) => {
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/x-amz-json-1.1");
      setTimeout(() => {
        response.end(JSON.stringify({ ARN, SecretString: secret.text }));
        secret.given += 1;
      }, secret.afterMs);
    });
  }).listen(0, "127.0.0.1");
  await once(manager, "listening");
  const endpoint = `http://127.0.0.1:${(manager.address() as AddressInfo).port}`;
  Object.assign(process.env, { ...ENVIRONMENT, AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint });
  const server = await startRedis({ config: ["requirepass right"] });
  await seed(server, "right");
  const stop = async (): Promise<void> => {
    for (const name of [...Object.keys(ENVIRONMENT), "AWS_ENDPOINT_URL_SECRETS_MANAGER"]) delete process.env[name];
    manager.closeAllConnections();
    manager.close();
    await server.stop();
  };
  /** The password is changed for whoever connects from now on, and those who are connected are cut off. */
  const rotate = async (from: string, to: string): Promise<void> => {
    const admin = new Redis({ host: server.host, port: server.port, password: from });
    await admin.config("SET", "requirepass", to);
    await admin.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    admin.disconnect();
  };
  return { secret, rotate, variables: { REDIS_URL: server.url, REDIS_AUTH: "secret", REDIS_SECRET_ARN: ARN }, stop };
}

describe("a password from Secrets Manager", () => {
  const given = duringTests(serverWithSecret);

  it.each([[0], [1300]])("that comes after %d ms costs no sample", async (afterMs) => {
    const { secret, variables } = given();
    Object.assign(secret, { text: "right", afterMs });

    const taken = await sampled(samplerFor(variables));

    expectUp(taken, { quantum_safety_safe_mode: 1 });
  });

  it("that does not come in time is an outage that says so, and is there for the next sample", async () => {
    const { secret, variables } = given();
    Object.assign(secret, { text: '{"password":"right"}', afterMs: 2500, given: 0 });
    const sampler = samplerFor(variables);
    const during = await sampled(sampler);
    await until("the secret has come", () => secret.given === 1);

    const after = await sampled(sampler);

    expectOutage(during, /credentials for Redis took longer than/, "refused");
    expectUp(after, { quantum_safety_safe_mode: 1 });
    expect(secret.given).toBe(1);
  });

  it("that was rotated costs no sample: what was kept is read anew as soon as it is refused", async () => {
    const { secret, variables, rotate } = given();
    Object.assign(secret, { text: "right", afterMs: 0, given: 0 });
    const sampler = samplerFor(variables, () => 0);
    const before = await sampled(sampler);
    await rotate("right", "other");
    secret.text = "other";

    const after = await sampled(sampler);
    await rotate("other", "right");

    for (const taken of [before, after]) expectUp(taken, { quantum_safety_safe_mode: 1 });
    expect(secret.given).toBe(2);
  });

  it("that lags behind costs the samples until it has come, each of which asks for it once", async () => {
    const { secret, variables, rotate } = given();
    Object.assign(secret, { text: "right", afterMs: 0, given: 0 });
    const sampler = samplerFor(variables, () => 0);
    await sampled(sampler);
    await rotate("right", "other");
    const refused = [await sampled(sampler), await sampled(sampler)];
    const givenWhileRefused = secret.given;
    secret.text = "other";

    const after = await sampled(sampler);
    await rotate("other", "right");

    for (const taken of refused) expectOutage(taken, /WRONGPASS/, "refused");
    expectUp(after, { quantum_safety_safe_mode: 1 });
    expect([givenWhileRefused, secret.given]).toEqual([3, 4]);
  });
});

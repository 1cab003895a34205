import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigError } from "../../../lib/errors";
import { credentialsFor, secretCredentials } from "../../../lib/redis/credentials";

const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:redis-AbCdEf";
const NAMES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION"] as const;
const ENDPOINT = "AWS_ENDPOINT_URL_SECRETS_MANAGER";
const before = Object.fromEntries([...NAMES, ENDPOINT].map((name) => [name, process.env[name]]));

beforeEach(() => {
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_REGION: "eu-central-1",
  });
  delete process.env["AWS_SESSION_TOKEN"];
});

afterAll(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

describe("the text of a secret", () => {
  it.each([
    ["a password alone", "s3cret", undefined, { username: undefined, password: "s3cret" }],
    ["a password for the configured user", "s3cret", "watch", { username: "watch", password: "s3cret" }],
    ["JSON with both", '{"username":"app","password":"x"}', "watch", { username: "app", password: "x" }],
    ["JSON with a password", ' {"password":"x","host":"h"}', "watch", { username: "watch", password: "x" }],
    [
      "JSON with a user that is no text",
      '{"username":7,"password":"x"}',
      "watch",
      { username: "watch", password: "x" },
    ],
  ])("may be %s", (_, text, username, expected) => {
    const credentials = secretCredentials(text, username);

    expect(credentials).toEqual(expected);
  });

  it.each([
    ["is empty", ""],
    ["has no password", '{"username":"app"}'],
    ["has a password that is no text", '{"password":{"value":"hunter2"}}'],
    ["is broken JSON", '{"password":"hunter2"'],
    ["is JSON of another kind", '{"password":["hunter2"]}'],
  ])("is refused when it %s, without a word of what it holds", (_, text) => {
    let refusal: unknown;

    try {
      secretCredentials(text, undefined);
    } catch (error) {
      refusal = error;
    }

    expect(refusal).toBeInstanceOf(ConfigError);
    expect(String(refusal)).not.toContain("hunter2");
  });
});

describe("credentials for a connection", () => {
  const now = { ms: Date.parse("2026-03-01T12:00:00Z") };
  const iam = {
    kind: "iam",
    username: "watch",
    cacheName: "cache",
    isServerless: false,
    region: "eu-central-1",
  } as const;

  it("are none, or the password that is configured", async () => {
    const none = await credentialsFor({ kind: "none" }, () => now.ms).get();
    const password = await credentialsFor({ kind: "password", username: "u", password: "p" }, () => now.ms).get();

    expect(none).toEqual({ username: undefined, password: undefined });
    expect(password).toEqual({ username: "u", password: "p" });
  });

  it("are an IAM token signed anew for each connection, by the environment's key of that moment", async () => {
    const give = credentialsFor(iam, () => now.ms);
    const first = await give.get();
    now.ms += 1000;
    process.env["AWS_SESSION_TOKEN"] = "fresh";

    const second = await give.get();

    expect([first.username, second.username]).toEqual(["watch", "watch"]);
    expect(first.password).toContain("X-Amz-Date=20260301T120000Z");
    expect(second.password).toContain("X-Amz-Date=20260301T120001Z");
    expect(first.password).not.toContain("X-Amz-Security-Token");
    expect(second.password).toContain("X-Amz-Security-Token=fresh");
  });

  it("cannot be an IAM token without AWS credentials, and the message says so", async () => {
    delete process.env["AWS_SECRET_ACCESS_KEY"];

    const giving = credentialsFor(iam, () => now.ms).get();

    await expect(giving).rejects.toThrow("IAM authentication needs AWS credentials");
  });
});

describe("credentials from Secrets Manager", () => {
  const secrets: { text: string; asked: string[]; server?: Server } = { text: "", asked: [] };

  beforeEach(async () => {
    secrets.asked = [];
    secrets.server = createServer((request, response) => {
      request.setEncoding("utf8").on("data", (body: string) => secrets.asked.push(body));
      request.on("end", () => {
        response.setHeader("content-type", "application/x-amz-json-1.1");
        response.end(JSON.stringify({ ARN, SecretString: secrets.text }));
      });
    }).listen(0, "127.0.0.1");
    await once(secrets.server, "listening");
    process.env[ENDPOINT] = `http://127.0.0.1:${(secrets.server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    secrets.server?.closeAllConnections();
    secrets.server?.close();
    if (secrets.server) await once(secrets.server, "close");
  });

  it("are kept for five minutes, and a rotated one is taken up after that", async () => {
    let ms = 0;
    const give = credentialsFor({ kind: "secret", arn: ARN, username: "watch" }, () => ms);
    secrets.text = "old";
    const passwords = [(await give.get()).password];
    secrets.text = "new";
    for (ms of [299_999, 300_000]) passwords.push((await give.get()).password);

    const askedFor = secrets.asked.map((body) => JSON.parse(body) as unknown);

    expect(passwords).toEqual(["old", "old", "new"]);
    expect(askedFor).toEqual([{ SecretId: ARN }, { SecretId: ARN }]);
  });

  /** A kind of mistake: something that was fetched is kept although it has been refused. */
  it("that are refused are forgotten: worth another try where they were kept, at the next sample where they are new", async () => {
    const give = credentialsFor({ kind: "secret", arn: ARN, username: "watch" }, () => 0);
    secrets.text = "old";
    await give.get();
    await give.get();
    secrets.text = "new";

    const ofKept = give.forget();
    const { password } = await give.get();
    const ofNew = give.forget();
    await give.get();

    expect({ ofKept, password, ofNew, asked: secrets.asked.length }).toEqual({
      ofKept: true,
      password: "new",
      ofNew: false,
      asked: 3,
    });
  });
});

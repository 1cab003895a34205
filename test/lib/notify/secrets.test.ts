import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

import { beatOf } from "../../../lib/notify/heartbeat";
import { DeliveryError } from "../../../lib/notify/http";
import { secretMember, type Secrets, secretsManager, withSecret } from "../../../lib/notify/secrets";
import { duringEach, Receiver } from "../../support/receivers/receiver";
import { VirtualClock } from "../../support/virtual-clock";

const ARN = "arn:aws:secretsmanager:eu-central-1:222222222222:secret:slack-AbCdEf";

let clock: VirtualClock;
let text: string;
const manager = duringEach(() =>
  new Receiver(() =>
    text === "denied"
      ? { status: 400, body: '{"__type":"AccessDeniedException","Message":"no"}' }
      : { status: 200, body: JSON.stringify({ ARN, SecretString: text }) },
  ).listen(),
);

function reader(): Secrets {
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
  const client = new SecretsManagerClient({ region: "eu-central-1", endpoint: manager().url, credentials });
  return secretsManager(clock, client);
}

beforeEach(() => {
  clock = new VirtualClock(Date.parse("2026-03-01T12:00:00Z"));
  text = "old";
});

test("a secret is read once in five minutes, and a rotated one is taken up after that", async () => {
  const secrets = reader();
  const read = [await secrets.get(ARN)];
  text = "new";
  for (const waitMs of [299_999, 1]) {
    await clock.sleep(waitMs);
    read.push(await secrets.get(ARN));
  }

  expect(read).toEqual(["old", "old", "new"]);
  expect(manager().received).toHaveLength(2);
});

test("several who ask at once cause one reading", async () => {
  const secrets = reader();

  const read = await Promise.all([secrets.get(ARN), secrets.get(ARN), secrets.get(ARN)]);

  expect(read).toEqual(["old", "old", "old"]);
  expect(manager().received).toHaveLength(1);
});

test("one that the receiver does not know is read anew at once, and used once more", async () => {
  const secrets = reader();
  await secrets.get(ARN);
  text = "new";
  const used: string[] = [];

  await withSecret(secrets, ARN, async (secret) => {
    used.push(secret);
    if (secret === "old") throw new DeliveryError("refused", { isUnauthorized: true });
  });

  expect(used).toEqual(["old", "new"]);
});

test("one that was not rotated is not tried a second time", async () => {
  const used: string[] = [];

  const using = withSecret(reader(), ARN, async (secret) => {
    used.push(secret);
    throw new DeliveryError("refused", { isUnauthorized: true });
  });

  await expect(using).rejects.toThrow("refused");
  expect(used).toEqual(["old"]);
});

test("a failed reading is not kept, and its error has a name and no text", async () => {
  const secrets = reader();
  text = "denied";
  const refusal: unknown = await secrets.get(ARN).catch((error: unknown) => error);
  text = "now allowed";

  const read = await secrets.get(ARN);

  expect(String(refusal)).toBe(`NotifyError: the secret ${ARN} could not be read: AccessDeniedException`);
  expect(read).toBe("now allowed");
});

test.each([
  ["the text itself", " xoxb-1\n", "xoxb-1"],
  ["a member of JSON", '{"token":"xoxb-1","other":"x"}', "xoxb-1"],
])("a secret may be %s", (_, secret, expected) => {
  const member = secretMember(secret, "token");

  expect(member).toBe(expected);
});

test.each(['{"token":', '{"other":"hunter2"}', '{"token":{"v":"hunter2"}}'])(
  "the secret %s is refused without a word of what it holds",
  (secret) => {
    const reading = (): string => secretMember(secret, "token");

    expect(reading).toThrow(/^the secret (has no token|begins like JSON and is none)$/);
  },
);

/** A receiver that no longer takes the old one. */
const refusing = async (secret: string): Promise<string> => {
  if (secret === "old") throw new DeliveryError("no", { isUnauthorized: true });
  return secret;
};

test("several who are refused at once cause one more reading", async () => {
  const secrets = reader();
  await secrets.get(ARN);
  text = "new";
  const used = await Promise.all([1, 2, 3].map(() => withSecret(secrets, ARN, refusing)));

  expect(used).toEqual(["new", "new", "new"]);
  expect(manager().received).toHaveLength(2);
});

/** A kind of mistake: something that was fetched is kept although it has been refused. */
test.each([401, 403, 404, 410])(
  "an outside watcher's address that it answers with %d is read anew at once",
  async (status) => {
    const watcher = await new Receiver(({ path }) => ({ status: path === "/new" ? 200 : status, body: "" })).listen();
    const secrets = reader();
    text = `${watcher.url}/old`;
    await secrets.get(ARN);
    text = `${watcher.url}/new`;

    await beatOf({ secretArn: ARN }, secrets, clock)(clock.now() + 10_000);

    expect(watcher.received.map(({ path }) => path)).toEqual(["/old", "/new"]);
    await watcher.stop();
  },
);

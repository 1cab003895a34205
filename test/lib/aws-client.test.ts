import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";

import { patience } from "../../lib/aws-client";
import { systemClock } from "../../lib/notify/clock";
import { dynamodbStore } from "../../lib/notify/dynamodb-store";
import { secretsManager } from "../../lib/notify/secrets";

const LIB = join(__dirname, "../../lib");
/** Its calls end with the signal of the slot that they are made in. */
const BOUNDED_BY_THE_SLOT = "publish/cloudwatch.ts";

/** A kind of mistake: whoever waits for AWS waits for as long as AWS keeps the socket. */
it("no client of AWS is made without limits", () => {
  const files = readdirSync(LIB, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const made = files.flatMap((name) =>
    Array.from(readFileSync(join(LIB, name), "utf8").matchAll(/new \w+Client\((.*)/g), ([, given]) => ({
      name,
      given,
    })),
  );

  const unlimited = made.filter(
    ({ name, given }) => name !== BOUNDED_BY_THE_SLOT && !/patience\(|options/.test(given ?? ""),
  );

  expect(made.length).toBeGreaterThan(6);
  expect(unlimited).toEqual([]);
});

describe("of an AWS that takes what is asked and never answers", () => {
  const held: { server?: Server; readonly sockets: Set<Socket>; before?: NodeJS.ProcessEnv } = { sockets: new Set() };

  beforeAll(async () => {
    held.server = createServer((socket) => {
      held.sockets.add(socket.on("error", () => undefined));
    }).listen(0, "127.0.0.1");
    await once(held.server, "listening");
    held.before = { ...process.env };
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(held.server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_REGION: "eu-central-1",
    });
  });

  afterAll(() => {
    for (const name of Object.keys(process.env)) if (!(name in (held.before ?? {}))) delete process.env[name];
    Object.assign(process.env, held.before);
    for (const socket of held.sockets) socket.destroy();
    held.server?.close();
  });

  it.each<[string, () => Promise<unknown>]>([
    ["the table of incidents", () => dynamodbStore("table").get("key")],
    ["a secret", () => secretsManager(systemClock).get("arn:aws:secretsmanager:eu-central-1:111122223333:secret:x")],
    ["alarms", () => new CloudWatchClient(patience(1, 500)).send(new DescribeAlarmsCommand({}))],
  ])("%s is an error after all attempts, not waited for", async (_, asking) => {
    await expect(asking()).rejects.toThrow(/time|could not be read/i);
  });
});

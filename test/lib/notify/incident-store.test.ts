import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

import { dynamodbStore } from "../../../lib/notify/dynamodb-store";
import { type IncidentStore, memoryStore } from "../../../lib/notify/incident-store";
import type { AlarmRecord } from "../../../lib/notify/incidents";
import { DynamoDb } from "../../support/dynamodb";
import { duringEach } from "../../support/receivers/receiver";

const now = Date.parse("2026-03-01T12:00:00Z");
const record: AlarmRecord = {
  seen: [{ at: 1, state: "ALARM", previous: "OK", reason: "“quoted” <!here>" }],
  shown: { 1: { view: "alarm", handle: "17.000001" } },
  forgottenUntil: 0,
};
const table = duringEach(() => new DynamoDb().listen());

const inDynamoDb = (): IncidentStore => {
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
  const options = { region: "eu-central-1", endpoint: table().url, credentials, maxAttempts: 3 };
  return dynamodbStore("incidents", new DynamoDBClient(options), () => now);
};

describe.each([
  ["in memory", memoryStore],
  ["in DynamoDB", inDynamoDb],
])("a store %s", (_, make) => {
  test("gives back what was put, with its version", async () => {
    const store = make();
    const before = await store.get("alarm");
    const isPut = await store.put("alarm", record, 0);

    const after = await store.get("alarm");

    expect([before, isPut, after]).toEqual([undefined, true, { record, version: 1 }]);
  });

  test("takes a write over the version that was read, and over no other", async () => {
    const store = make();
    await store.put("alarm", record, 0);

    const written = [
      await store.put("alarm", record, 0),
      await store.put("alarm", record, 1),
      await store.put("alarm", record, 1),
    ];

    expect(written).toEqual([false, true, false]);
    expect((await store.get("alarm"))?.version).toBe(2);
  });

  test("takes no write over a version of what is not there", async () => {
    const store = make();

    const isPut = await store.put("absent", record, 5);

    expect([isPut, await store.get("absent")]).toEqual([false, undefined]);
  });

  test("lets one of many who write at once through", async () => {
    const store = make();

    const written = await Promise.all(Array.from({ length: 10 }, () => store.put("alarm", record, 0)));

    expect(written.filter(Boolean)).toHaveLength(1);
  });

  test("keeps alarms apart", async () => {
    const store = make();
    await store.put("alarm", record, 0);

    const other = await store.get("another");

    expect(other).toBeUndefined();
  });
});

test("a record in DynamoDB goes 90 days after its last change", async () => {
  await inDynamoDb().put("alarm", record, 0);

  const item = table().items.get("alarm");

  expect(item?.["expires"]).toEqual({ N: String(now / 1000 + 90 * 86_400) });
});

test("an item that is no record is told of", async () => {
  table().items.set("alarm", { id: { S: "alarm" } });

  const reading = inDynamoDb().get("alarm");

  await expect(reading).rejects.toThrow("incidents: alarm is no record");
});

test("a table that is not there is an error, and not a write that another had made", async () => {
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
  const client = new DynamoDBClient({ region: "eu-central-1", endpoint: table().url, credentials });

  const writing = dynamodbStore("elsewhere", client).put("alarm", record, 0);

  await expect(writing).rejects.toThrow("ResourceNotFoundException");
});

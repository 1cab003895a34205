import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from "@aws-sdk/client-dynamodb";

import { patience } from "../aws-client";
import { NotifyError } from "../errors";
import type { Store } from "./incident-store";
import type { AlarmRecord } from "./incidents";

/** The table's partition key (a string) and the attribute that its time to live goes by. */
export const TABLE_KEY = "id";
export const TABLE_EXPIRY = "expires";

/** No incident is expected to last so long; a record is kept from its last change. */
const KEPT_SEC = 90 * 86_400;
/** An item takes a few milliseconds. */
const ANSWER_MS = 1500;

/** Records in one DynamoDB table, a record an item, written only over the version that was read. */
export function dynamodbStore<Kept = AlarmRecord>(
  table: string,
  client = new DynamoDBClient(patience(2, ANSWER_MS)),
  now: () => number = Date.now,
): Store<Kept> {
  return {
    async get(key) {
      const command = new GetItemCommand({ TableName: table, Key: { [TABLE_KEY]: { S: key } }, ConsistentRead: true });
      const { Item: item } = await client.send(command);
      if (item === undefined) return undefined;
      const { record, version } = item;
      if (record?.S === undefined || version?.N === undefined) throw new NotifyError(`${table}: ${key} is no record`);
      return { record: JSON.parse(record.S) as Kept, version: Number(version.N) };
    },
    async put(key, record, seenVersion) {
      const item = {
        [TABLE_KEY]: { S: key },
        version: { N: String(seenVersion + 1) },
        record: { S: JSON.stringify(record) },
        [TABLE_EXPIRY]: { N: String(Math.floor(now() / 1000) + KEPT_SEC) },
      };
      try {
        await client.send(new PutItemCommand({ TableName: table, Item: item, ...over(seenVersion) }));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}

type Condition = Pick<
  PutItemCommandInput,
  "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;

/** A record that was seen and has expired since is not there: a write over it is refused as one over another version. */
function over(seenVersion: number): Condition {
  if (seenVersion === 0) {
    return { ConditionExpression: "attribute_not_exists(#id)", ExpressionAttributeNames: { "#id": TABLE_KEY } };
  }
  return {
    ConditionExpression: "#version = :seen",
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":seen": { N: String(seenVersion) } },
  };
}

import { Receiver, type Reply } from "./receivers/receiver";

type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;

/** The two conditions that are written here; anything else is refused. */
const NEW = "attribute_not_exists(#id)";
const SEEN = "#version = :seen";

interface Call {
  readonly TableName: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConsistentRead?: boolean;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

/** GetItem and conditional PutItem of one table, as DynamoDB answers them. */
export class DynamoDb extends Receiver {
  readonly items = new Map<string, Item>();

  constructor() {
    super(({ headers, body }) => {
      const call = JSON.parse(body) as Call;
      const target = String(headers["x-amz-target"]);
      if (headers.authorization?.startsWith("AWS4-HMAC-SHA256 ") !== true) return failure("not signed");
      if (call.TableName !== "incidents") return failure("ResourceNotFoundException");
      if (target === "DynamoDB_20120810.GetItem") return this.#get(call);
      return target === "DynamoDB_20120810.PutItem" ? this.#put(call) : failure("UnknownOperationException");
    });
  }

  #get({ Key: key, ConsistentRead: isConsistent }: Call): Reply {
    if (isConsistent !== true) return failure("ValidationException");
    const item = this.items.get(key?.["id"]?.S ?? "");
    return success(item === undefined ? {} : { Item: item });
  }

  #put(call: Call): Reply {
    const { Item: item = {}, ConditionExpression: condition, ExpressionAttributeNames: names } = call;
    const key = item["id"]?.S ?? "";
    const before = this.items.get(key);
    const seen = call.ExpressionAttributeValues?.[":seen"]?.N;
    const isNew = condition === NEW && names?.["#id"] === "id" && seen === undefined;
    const isSeen = condition === SEEN && names?.["#version"] === "version" && seen !== undefined;
    if (!isNew && !isSeen) return failure("ValidationException");
    const isMet = isNew ? before === undefined : before?.["version"]?.N === seen;
    if (!isMet) return failure("ConditionalCheckFailedException");
    this.items.set(key, item);
    return success({});
  }
}

const TYPE = { "content-type": "application/x-amz-json-1.0" };
const success = (body: object): Reply => ({ status: 200, body: JSON.stringify(body), headers: TYPE });
const failure = (type: string): Reply => ({
  status: 400,
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type }),
  headers: TYPE,
});

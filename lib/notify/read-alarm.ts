import type { State } from "../alarm-engine/state";
import { NotifyError } from "../errors";
import { quoted } from "../reading";
import { DRILL_ALARM, partsOfAlarmName } from "../rules/names";
import { SEVERITIES, type Severity } from "../rules/severity";
import type { AlarmEvent } from "./alarm-event";
import { type Json, JsonReader } from "./json-reader";
import { triggerOf } from "./trigger";

const STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const satisfies readonly State[];

/** `arn:partition:cloudwatch:region:account:alarm:name` */
const ALARM_ARN = /^arn:[\w-]+:cloudwatch:([\w-]+):\d*:alarm:(.+)$/s;

/** A reason that begins so is of an exercise: SetAlarmState takes any, and CloudWatch writes none that does. */
export const DRILL_REASON = "DRILL";
/** The tag that marks a synthetic alarm, with "true" for its value. */
export const DRILL_TAG = "drill";

/**
 * Reads a notification of CloudWatch: the text of an SNS message, or what a Lambda action or EventBridge hands over.
 * The topic says the severity where no tag does. Throws NotifyError for what is no change of an alarm's state.
 */
export function readAlarm(message: string, topicArn?: string): AlarmEvent {
  return alarmFrom(parsed(message), topicArn);
}

/** The same of JSON that was parsed already. */
export function alarmFrom(message: Json, topicArn?: string): AlarmEvent {
  const root = new JsonReader(message);
  const parts = partsOf(root);
  const { name, arn, region } = identified(parts.name, parts.arn);
  const named = partsOfAlarmName(name);
  const tags = tagsOf(root.at("AlarmTags") ?? root.at("alarmTags") ?? root.at("detail", "alarmTags"));
  const reason = parts.reason ?? "";
  const severity = severityOf(tags["severity"]) ?? severityOfTopic(topicArn);
  const previous = STATES.find((state) => state === parts.previous);
  return {
    identity: parts.contributor === undefined ? arn : `${arn}#${parts.contributor}`,
    arn,
    name,
    region,
    ...named,
    ...(severity === undefined ? {} : { severity }),
    state: stateOf(parts.state, name),
    ...(previous === undefined ? {} : { previous }),
    at: timeOf(parts.at, name),
    description: parts.description ?? "",
    reason,
    ...triggerOf(root, reason),
    ...(parts.attributes === undefined ? {} : { contributor: tagsOf(parts.attributes) }),
    triggeringChildren: childrenOf(root, parts.reasonData),
    tags,
    isDrill: tags[DRILL_TAG] === "true" || reason.startsWith(DRILL_REASON) || name.endsWith(`-${DRILL_ALARM}`),
  };
}

interface Parts {
  readonly name?: string | undefined;
  readonly arn?: string | undefined;
  readonly state?: string | undefined;
  readonly previous?: string | undefined;
  readonly at?: string | undefined;
  readonly reason?: string | undefined;
  readonly reasonData?: string | undefined;
  readonly description?: string | undefined;
  readonly contributor?: string | undefined;
  readonly attributes?: Json;
}

function partsOf(root: JsonReader): Parts {
  if (root.at("AlarmName") !== undefined) return fromSns(root);
  if (root.at("alarmData") !== undefined) return fromBoth(root, "alarmData", root.text("alarmArn"));
  if (root.at("detail", "alarmName") !== undefined) return fromBoth(root, "detail", root.text("resources", 0));
  throw new NotifyError("the message is no change of an alarm's state: it names no alarm");
}

function fromSns(root: JsonReader): Parts {
  return {
    name: root.text("AlarmName"),
    arn: root.text("AlarmArn"),
    state: root.text("NewStateValue"),
    previous: root.text("OldStateValue"),
    at: root.text("StateChangeTime"),
    reason: root.text("NewStateReason"),
    description: root.text("AlarmDescription"),
    contributor: root.text("AlarmContributorId"),
    attributes: root.at("AlarmContributorAttributes"),
  };
}

/** A Lambda action and EventBridge say the same, in an object of another name. */
function fromBoth(root: JsonReader, key: "alarmData" | "detail", arn: string | undefined): Parts {
  return {
    name: root.text(key, "alarmName"),
    arn,
    state: root.text(key, "state", "value"),
    previous: root.text(key, "previousState", "value"),
    at: root.text(key, "state", "timestamp") ?? root.text("time"),
    reason: root.text(key, "state", "reason"),
    reasonData: root.text(key, "state", "reasonData"),
    description: root.text(key, "configuration", "description"),
    contributor: root.text(key, "alarmContributor", "id"),
    attributes: root.at(key, "alarmContributor", "attributes"),
  };
}

function parsed(message: string): Json {
  try {
    return JSON.parse(message) as Json;
  } catch {
    throw new NotifyError(`the message is no JSON: ${quoted(message)}`);
  }
}

function identified(name: string | undefined, arn: string | undefined): { name: string; arn: string; region: string } {
  const [, region, named] = ALARM_ARN.exec(arn ?? "") ?? [];
  if (arn === undefined || region === undefined || named === undefined) {
    throw new NotifyError(`the message of ${quoted(name ?? "an alarm")} has no ARN of an alarm`);
  }
  return { name: name ?? named, arn, region };
}

function stateOf(text: string | undefined, name: string): State {
  const state = STATES.find((one) => one === text);
  if (state === undefined) throw new NotifyError(`the message of ${quoted(name)} has no state: ${quoted(text ?? "")}`);
  return state;
}

function timeOf(text: string | undefined, name: string): Date {
  const at = new Date(text ?? "");
  if (Number.isNaN(at.getTime())) throw new NotifyError(`the message of ${quoted(name)} has no time of its change`);
  return at;
}

/** A topic of ours is named by what goes through it. */
export const severityOfTopic = (arn: string | undefined): Severity | undefined => severityOf(arn?.split("-").at(-1));

function severityOf(text: string | undefined): Severity | undefined {
  return SEVERITIES.find((one) => one === text);
}

/** An object of texts, or a list of keys and values: which of them SNS carries is not documented. */
function tagsOf(tags: Json): Readonly<Record<string, string>> {
  const pairs = Array.isArray(tags)
    ? tags.map((tag) => {
        const read = new JsonReader(tag);
        return [read.text("Key") ?? read.text("key"), read.text("Value") ?? read.text("value")] as const;
      })
    : new JsonReader(tags).entries();
  return Object.fromEntries(pairs.flatMap(([key, value]) => (isText(key) && isText(value) ? [[key, value]] : [])));
}

/** Blank ones are taken by CloudWatch, and by nobody who shows them. */
const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

function childrenOf(root: JsonReader, reasonData: string | undefined): string[] {
  const listed = root.at("TriggeringChildren") ?? new JsonReader(jsonOf(reasonData)).at("triggeringAlarms");
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((child) => {
    const read = new JsonReader(child);
    const arn = read.text("Arn") ?? read.text("arn");
    return arn === undefined ? [] : [arn];
  });
}

function jsonOf(text: string | undefined): Json {
  try {
    return JSON.parse(text ?? "null") as Json;
  } catch {
    return undefined;
  }
}

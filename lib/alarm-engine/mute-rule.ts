import { ConfigError } from "../errors";
import { readIsoDuration } from "../mute/iso-duration";
import { LONGEST_WINDOW_SEC, MuteSchedule } from "../mute/schedule";
import type { MuteRule } from "./definition";
import { type Properties, PropertyReader } from "./property-reader";

const KEYS = new Set(["Name", "Description", "Tags", "Rule", "MuteTargets", "StartDate", "ExpireDate"]);
const RULE_KEYS = new Set(["Schedule"]);
const SCHEDULE_KEYS = new Set(["Expression", "Duration", "Timezone"]);
const TARGET_KEYS = new Set(["AlarmNames"]);
/** Windows last PT1M at least (guide, "Alarm mute rules"). */
const LEAST_SEC = 60;

/** A mute rule from its CloudFormation properties; throws ConfigError, with its name, for a schedule that is none. */
export function muteRule(properties: Properties): MuteRule {
  const name = properties["Name"];
  if (typeof name !== "string") throw new ConfigError("a mute rule has no Name");
  const read = new PropertyReader(properties, name, "mute rule");
  read.only(KEYS);
  const targets = read.object("MuteTargets", TARGET_KEYS);
  return { name, alarms: targets?.texts("AlarmNames") ?? [], schedule: scheduleOf(read) };
}

function scheduleOf(read: PropertyReader): MuteSchedule {
  const schedule =
    read.object("Rule", RULE_KEYS)?.object("Schedule", SCHEDULE_KEYS) ?? read.fail("has no Rule with a Schedule");
  const text = schedule.text("Duration");
  const duration = readIsoDuration(text) ?? 0;
  if (duration < LEAST_SEC || duration > LONGEST_WINDOW_SEC)
    read.fail(`has Duration ${text}, which is not within PT1M and P15D`);
  const settings = {
    expression: schedule.text("Expression"),
    duration,
    timezone: schedule.text("Timezone", "UTC"),
    start: read.has("StartDate") ? read.text("StartDate") : undefined,
    expire: read.has("ExpireDate") ? read.text("ExpireDate") : undefined,
  };
  const found = read.naming(() => new MuteSchedule(settings));
  // Its actions would be held back for good, to be told at an end that never comes.
  return found.isEndless() ? read.fail("never ends: its windows meet for more than 15 days") : found;
}

import { alarmUrl } from "../../lib/rules/links";
import { JsonReader } from "../../lib/notify/json-reader";
import { readAlarm } from "../../lib/notify/read-alarm";
import { type Palette, printable } from "../terminal";

/**
 * The e-mail that SNS makes of CloudWatch's own message, in the order in which it tells. No code of ours is on its way,
 * so that it arrives where ours fails; it has no context for that.
 */
export function emailSeen(message: Readonly<Record<string, unknown>>, colour: Palette): string[] {
  const read = new JsonReader(message);
  const text = (...path: string[]): string => printable(read.text(...path) ?? "");
  const { name, state, region } = readAlarm(JSON.stringify(message));
  const subject = `Subject: ${state}: "${printable(name)}" in ${text("Region")}`;
  const description = (read.text("AlarmDescription") ?? "").split("\n").map(printable);
  return [
    state === "OK" ? colour.good(subject) : colour.bad(subject),
    `The alarm entered the ${state} state at ${text("StateChangeTime")}: ${text("NewStateReason")}`,
    `${colour.dim("State change:")} ${text("OldStateValue")} -> ${state}`,
    ...description.map((line, place) => (place === 0 ? `${colour.dim("Description:")} ${line}` : line)),
    `${colour.dim("Alarm:")} ${alarmUrl(region, name)}`,
  ];
}

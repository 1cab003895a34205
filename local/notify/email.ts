import type { AlarmEvent } from "../../lib/notify/alarm-event";
import { alarmUrl } from "../../lib/rules/links";
import { type Palette, printable } from "../terminal";

/**
 * The e-mail that SNS makes of CloudWatch's own message, in the order in which it tells. No code of ours is on its way,
 * so that it arrives where ours fails; it has no context for that.
 */
export function emailSeen(event: AlarmEvent, colour: Palette): string[] {
  const { name, state, previous, region, at, reason, description } = event;
  const subject = `Subject: ${state}: "${printable(name)}" in ${region}`;
  return [
    state === "OK" ? colour.good(subject) : colour.bad(subject),
    `The alarm entered the ${state} state at ${at.toISOString()}: ${printable(reason)}`,
    ...(previous === undefined ? [] : [`${colour.dim("State change:")} ${previous} -> ${state}`]),
    ...description
      .split("\n")
      .map((line, place) => `${place === 0 ? colour.dim("Description: ") : ""}${printable(line)}`),
    `${colour.dim("Alarm:")} ${alarmUrl(region, name)}`,
  ];
}

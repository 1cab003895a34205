import type { AlarmEvent } from "./alarm-event";
import type { Channel } from "./channel";
import { incidentsOf, NOTHING_SEEN, withEvent } from "./incidents";
import type { Incident, Message, Wording } from "./message";
import { REMEMBER_MS, type TellOptions } from "./remembering";

const NOT_REMEMBERED =
  "The notifier's own table does not answer: what was told before is not known, and this message is not kept up to date.";

/**
 * Tells one channel of an event where nobody can know what was told before: a beginning is told as one, an end only ends.
 * Either may be there a second time afterwards. Gives what was told. Throws NotifyError if the channel does not show it.
 */
export async function tellUntracked(
  channel: Channel,
  event: AlarmEvent,
  wording: Wording,
  { deadline }: TellOptions,
): Promise<string[]> {
  const isEnd = event.state === "OK";
  // An end of something that was no alarm is news to nobody; where ends go by a key it ends what may be open.
  const isTold = isEnd ? event.previous === "ALARM" || channel.endsByKey === true : event.state === "ALARM";
  if (!isTold) return [];
  const kind = isEnd ? "over" : "alarm";
  const message = await wording(kind, incidentOf(event));
  await channel.show({
    message: { ...message, facts: known(message, isEnd), notes: [NOT_REMEMBERED, ...message.notes] },
    isShown: isEnd,
    isUncertain: false,
    isOvertaken: false,
    deadline: deadline - REMEMBER_MS,
  });
  return [kind];
}

/** Of an end alone it is not known when it began. */
function incidentOf(event: AlarmEvent): Incident {
  const [begun] = incidentsOf(withEvent(NOTHING_SEEN, event).seen);
  return begun ?? { since: event.at.getTime(), isOver: true, reason: "" };
}

const known = ({ facts }: Message, isEnd: boolean): Message["facts"] =>
  isEnd ? facts.filter(({ name }) => name !== "Lasted") : facts;

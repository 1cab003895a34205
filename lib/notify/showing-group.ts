import { NotifyError } from "../errors";
import type { Channel } from "./channel";
import { groupKey, viewOfGroup, withMember } from "./group";
import type { Message } from "./message";
import { isTaken, read, remember, REMEMBER_MS, type TellOptions, WAIT_MS } from "./remembering";

/** Among what is shown of a group there is one thing: its message. */
export const GROUP_SLOT = 0;

/**
 * Shows a group as it is remembered, with what is new of one of its alarms, in one message: whoever comes at the same time
 * waits, and after a crash in between the message is found, or edited, again. Throws NotifyError.
 */
export async function showGroup(
  channel: Channel,
  id: string,
  changed: Message | undefined,
  options: TellOptions,
): Promise<void> {
  const { store, clock, deadline, owner } = options;
  const key = groupKey(channel.name, id);
  for (;;) {
    const { record, version } = await read(store, key);
    const { members: before = [], shown: all } = record;
    const members = changed === undefined ? before : withMember(before, changed);
    const shown = all[GROUP_SLOT] ?? {};
    const view = viewOfGroup(members);
    if (shown.view === view || members.length === 0) return;
    if (clock.now() > deadline) throw new NotifyError(`${channel.name}: no time is left to tell of a group`);
    if (isTaken(record, options)) {
      await clock.sleep(WAIT_MS);
      continue;
    }
    const lease = { owner, until: deadline };
    const trying = { [GROUP_SLOT]: { ...shown, trying: view } };
    if (!(await store.put(key, { ...record, members, lease, shown: trying }, version))) continue;
    try {
      const handle = await channel.showGroup?.({
        id,
        messages: members,
        ...(changed === undefined ? {} : { changed }),
        ...(shown.handle === undefined ? {} : { handle: shown.handle }),
        isUncertain: shown.trying !== undefined,
        deadline: deadline - REMEMBER_MS,
      });
      const now = { [GROUP_SLOT]: { view, ...(handle === undefined ? {} : { handle }) } };
      await remember(channel, key, options, (kept) => ({ ...kept, shown: now }));
      return;
    } catch (error) {
      await remember(channel, key, options, (kept) => kept).catch(() => undefined);
      throw error;
    }
  }
}

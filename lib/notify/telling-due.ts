import type { Channel } from "./channel";
import type { AlarmRecord, Shown } from "./incidents";
import type { Message } from "./message";
import { isTaken, read, remember, REMEMBER_MS, type TellOptions } from "./remembering";
import { showGroup } from "./showing-group";

/** Something to be told besides beginnings and ends, and what the record says once it was. */
export interface Due {
  /** Under which it is remembered among what is shown. */
  readonly slot: number;
  readonly shown: Shown;
  /** While it is being told. */
  readonly trying: string;
  readonly told: Shown;
  readonly message: () => Promise<Message>;
}

/**
 * Tells one channel what is due by its record, once: two that run at the same time tell it once, and after a crash in
 * between it is told, or found, again. False where nothing is due, or somebody else is at it. Throws NotifyError.
 */
export async function tellDue(
  channel: Channel,
  key: string,
  dueIn: (record: AlarmRecord) => Due | undefined,
  options: TellOptions,
): Promise<boolean> {
  for (;;) {
    const { record, version } = await read(options.store, key);
    const due = dueIn(record);
    if (due === undefined || isTaken(record, options)) return false;
    const lease = { owner: options.owner, until: options.deadline };
    const trying = { ...record.shown, [due.slot]: { ...due.shown, trying: due.trying } };
    if (!(await options.store.put(key, { ...record, lease, shown: trying }, version))) continue;
    await show(channel, key, due, options);
    return true;
  }
}

async function show(channel: Channel, key: string, due: Due, options: TellOptions): Promise<void> {
  const { slot, shown, told } = due;
  try {
    const message = await due.message();
    const handle =
      shown.group === undefined
        ? await channel.show({
            message,
            ...(shown.handle === undefined ? {} : { handle: shown.handle }),
            isShown: shown.view !== undefined,
            isUncertain: shown.trying !== undefined,
            isOvertaken: false,
            deadline: options.deadline - REMEMBER_MS,
          })
        : await inGroup(channel, shown.group, message, options);
    const now = { ...told, ...(handle === undefined ? {} : { handle }) };
    await remember(channel, key, options, (record) => ({ ...record, shown: { ...record.shown, [slot]: now } }));
  } catch (error) {
    await remember(channel, key, options, (record) => record).catch(() => undefined);
    throw error;
  }
}

async function inGroup(channel: Channel, id: string, message: Message, options: TellOptions): Promise<undefined> {
  await showGroup(channel, id, message, options);
}

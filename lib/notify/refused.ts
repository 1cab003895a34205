import { NotifyError } from "../errors";
import type { AlarmEvent } from "./alarm-event";
import { DeliveryError } from "./http";
import { NOTHING_SEEN, type Waiting } from "./incidents";
import { read, type TellOptions } from "./remembering";

/** Whether sending it again, as it is, cannot help. */
export function isRefused(error: unknown): boolean {
  if (error instanceof DeliveryError) return !error.isRetryable;
  return error instanceof NotifyError && isRefused(error.cause);
}

/** Of several errors the one that says whether to try again: a single one that may pass is enough. */
export function decisive(errors: readonly unknown[]): unknown {
  return errors.find((error) => !isRefused(error)) ?? errors[0];
}

const keyOf = ({ identity, at }: AlarmEvent): string => `refused ${identity} ${at.toISOString()}`;

/**
 * Puts what was refused for good, in a group, down to the change whose run told of it. That run fails as often as it is
 * repeated, so that its dead letter stands for all of them, and tells them all when it is moved back.
 */
export async function putDown(to: AlarmEvent, refused: readonly Waiting[], { store }: TellOptions): Promise<void> {
  for (;;) {
    const { record, version } = await read(store, keyOf(to));
    const waiting = [...(record.waiting ?? []), ...refused];
    if (await store.put(keyOf(to), { ...record, waiting }, version)) return;
  }
}

/** What was put down to a change. */
export async function putDownTo(to: AlarmEvent, { store }: TellOptions): Promise<readonly Waiting[]> {
  return (await store.get(keyOf(to)))?.record.waiting ?? [];
}

/** Forgets what was put down to a change, once it is told. */
export async function forgetPutDown(to: AlarmEvent, { store }: TellOptions): Promise<void> {
  const { version } = await read(store, keyOf(to));
  // Where another one writes just now, it is told again, and found to be told.
  await store.put(keyOf(to), NOTHING_SEEN, version);
}

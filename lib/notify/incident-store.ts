import type { AlarmRecord } from "./incidents";

/** A record as it was read, with what a write has to name. */
export interface Stored<Kept = AlarmRecord> {
  readonly record: Kept;
  /** 0 for one that is not there yet. */
  readonly version: number;
}

/** Remembers records by key; whoever writes says which version it has seen. */
export interface Store<Kept> {
  get(key: string): Promise<Stored<Kept> | undefined>;
  /** False where somebody else has written since; then nothing is changed. */
  put(key: string, record: Kept, seenVersion: number): Promise<boolean>;
}

/** What was told of each alarm in each channel. */
export type IncidentStore = Store<AlarmRecord>;

/** A store for one process: the laptop's, and the tests'. */
export function memoryStore<Kept = AlarmRecord>(): Store<Kept> {
  const stored = new Map<string, { text: string; version: number }>();
  return {
    async get(key) {
      const found = stored.get(key);
      return found && { record: JSON.parse(found.text) as Kept, version: found.version };
    },
    async put(key, record, seenVersion) {
      if ((stored.get(key)?.version ?? 0) !== seenVersion) return false;
      stored.set(key, { text: JSON.stringify(record), version: seenVersion + 1 });
      return true;
    },
  };
}

import { CollectError } from "../errors";
import { type Reading, unknown } from "../reading";
import type { ReadOnly } from "./read-only";

/** The part of the surface that gives readings. */
export type Readings = Pick<
  ReadOnly,
  "get" | "exists" | "stream" | "range" | "newest" | "groups" | "consumers" | "oldestPending" | "info" | "slowLogLength"
>;

/** The same surface, but a refusal costs only what was asked for: it is noted, and the reading is unknown. */
export function guarded(redis: Readings, note: (refusal: string) => void): Readings {
  const guard = async <T>(asking: Promise<Reading<T>>): Promise<Reading<T>> => {
    try {
      return await asking;
    } catch (error) {
      if (!(error instanceof CollectError)) throw error;
      note(error.message);
      return unknown(error.message);
    }
  };
  return {
    get: (key) => guard(redis.get(key)),
    exists: (key) => guard(redis.exists(key)),
    stream: (key) => guard(redis.stream(key)),
    range: (key, from, to, count) => guard(redis.range(key, from, to, count)),
    newest: (key, from, to, count) => guard(redis.newest(key, from, to, count)),
    groups: (key) => guard(redis.groups(key)),
    consumers: (key, group) => guard(redis.consumers(key, group)),
    oldestPending: (key, group, consumer) => guard(redis.oldestPending(key, group, consumer)),
    info: (section) => guard(redis.info(section)),
    slowLogLength: () => guard(redis.slowLogLength()),
  };
}

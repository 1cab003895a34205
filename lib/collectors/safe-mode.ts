import { Collection, type Collector } from "../collector";
import { metric } from "../metric";
import { broken, known, quoted, type Reading, ifKnown } from "../reading";
import type { RedisSource } from "../redis/source";

export const safeMode = metric({
  name: "quantum_safety_safe_mode",
  unit: "None",
  tier: "alarmed",
  help: '1 while the key holds exactly "1", which tells the kernel to block all trading; else 0',
});

export const safeModeTtl = metric({
  name: "quantum_safety_safe_mode_ttl_seconds",
  unit: "Seconds",
  tier: "boarded",
  help: "time until safe mode lifts itself; -1 when the key is absent or has no expiry",
});

export const safeModeNoExpiry = metric({
  name: "quantum_safety_safe_mode_no_expiry",
  unit: "None",
  tier: "alarmed",
  help: "1 while safe mode is on without expiry: a halt that nobody will lift",
});

const ABSENT = -2;
const NO_EXPIRY = -1;

export const safeModeCollector: Collector<RedisSource> = {
  name: "safe-mode",
  metrics: [safeMode, safeModeTtl, safeModeNoExpiry],
  async collect({ redis, keys }, at) {
    const { value, ttlMs } = await redis.getWithTtl(keys.safeMode);
    // Two moments: "1" without a key behind it has expired since, and a key that was absent is off though it is there now.
    const wasAbsent = "known" in value && value.known === null;
    const on = ifKnown(value, (text) => known(text === "1" && ttlMs !== ABSENT));
    const collection = new Collection(at);

    collection.put(safeMode, ifKnown(on, flag));
    collection.put(safeModeTtl, known(wasAbsent || ttlMs < 0 ? -1 : ttlMs / 1000));
    collection.put(
      safeModeNoExpiry,
      ifKnown(on, (isOn) => flag(isOn && ttlMs === NO_EXPIRY)),
    );
    const drift = ifKnown(value, (text) => expected(keys.safeMode, text));
    if ("broken" in drift) collection.violation(drift.broken);
    return collection.done();
  },
};

const flag = (on: boolean): Reading<number> => known(on ? 1 : 0);

/** The kernel takes anything but "1" for off; the contract knows only "1", "0" and absent. */
function expected(key: string, text: string | null): Reading<null> {
  return text === null || text === "1" || text === "0"
    ? known(null)
    : broken(key, `holds ${quoted(text)}, neither "1" nor "0": the kernel takes it for off`);
}

import type { Config } from "../../lib/config";
import { limitsInForce } from "../../lib/faults/limits";
import { known, type Reading, quoted } from "../../lib/reading";
import { symbolOf } from "../../lib/redis/intent-symbol";
import type { Entry, ReadOnly, StreamInfo } from "../../lib/redis/read-only";
import { lastAge, numberField } from "../../lib/redis/stream-id";
import type { Check } from "./check";

/** Looks whether every key that is read is there, of its type and with its fields, and its IDs times of before `at`. */
export async function contractChecks(config: Config, redis: ReadOnly, at: Date): Promise<Check[]> {
  const { keys } = config;
  const [mode, faults, intents] = await Promise.all([
    redis.getWithTtl(keys.safeMode),
    redis.stream(keys.faults),
    redis.stream(keys.intents),
  ]);
  return [
    safeModeCheck(keys.safeMode, mode),
    ...streamChecks(keys.faults, faults, at, (entry) => faultCheck(config, entry, at), "no breaker has tripped yet"),
    ...streamChecks(keys.intents, intents, at, (entry) => intentCheck(keys.intents, entry), undefined),
  ];
}

function safeModeCheck(key: string, { value, ttlMs }: { value: Reading<string | null>; ttlMs: number }): Check {
  if (!("known" in value))
    return { verdict: "problem", what: `${key} ${brokenText(value)}`, fix: "it must be a string" };
  const text = value.known;
  if (text === null) return { verdict: "ok", what: `${key} is absent: safe mode is off` };
  if (text === "0") return { verdict: "ok", what: `${key} is "0": safe mode is off` };
  if (text !== "1") {
    return {
      verdict: "problem",
      what: `${key} holds ${quoted(text)}`,
      fix: 'the kernel obeys only "1"; set "1" or "0"',
    };
  }
  return ttlMs < 0
    ? { verdict: "note", what: `${key}: safe mode is ON without expiry`, fix: "nothing will lift it but an operator" }
    : { verdict: "note", what: `${key}: safe mode is ON for another ${Math.round(ttlMs / 1000)} s` };
}

/** `whenEmpty` says why an absent stream is fine; undefined where it is not. */
function streamChecks(
  key: string,
  stream: Reading<StreamInfo | null>,
  at: Date,
  check: (newest: Entry) => Check[],
  whenEmpty: string | undefined,
): Check[] {
  if (!("known" in stream))
    return [{ verdict: "problem", what: `${key} ${brokenText(stream)}`, fix: "it must be a stream" }];
  const info = stream.known;
  if (info?.last === undefined) {
    return whenEmpty === undefined
      ? [{ verdict: "note", what: `${key} is empty`, fix: "is this the trading system's Redis, and KEY_PREFIX right?" }]
      : [{ verdict: "ok", what: `${key} is empty: ${whenEmpty}` }];
  }
  const isOld = info.entriesAdded === undefined;
  return [
    ageCheck(key, info, at),
    ...(isOld
      ? [
          {
            verdict: "note",
            what: "Redis before 7.0 does not count entries",
            fix: "rates that outrun a stream stay unknown",
          } as const,
        ]
      : []),
    ...check(info.last),
  ];
}

function ageCheck(key: string, info: StreamInfo, at: Date): Check {
  const age = lastAge(key, info, at.getTime());
  const entries = `${info.length} ${info.length === 1 ? "entry" : "entries"}`;
  if ("known" in age) {
    return { verdict: "ok", what: `${key} has ${entries}, the newest ${Math.round(age.known)} s old` };
  }
  return {
    verdict: "problem",
    what: `${key} ${brokenText(age)}`,
    fix: "who writes these IDs, and by which clock? Until that is mended, no age and no rate can be made of them",
  };
}

function intentCheck(key: string, entry: Entry): Check[] {
  const symbol = symbolOf(key, entry);
  return "known" in symbol
    ? [{ verdict: "ok", what: `its newest entry is for ${symbol.known}` }]
    : [
        {
          verdict: "problem",
          what: brokenText(symbol),
          fix: "flat fields, `data` or `payload` with a symbol are understood",
        },
      ];
}

function faultCheck({ keys, limits }: Config, entry: Entry, at: Date): Check[] {
  const missing = ["reason", "symbol", "side"].filter((field) => !entry.fields.has(field));
  const time = numberField(keys.faults, entry, "timestamp");
  const { difference, violations } = limitsInForce(keys.faults, known(entry), limits, at.getTime());
  const broken = violations.map(({ key, what }) => `${key} ${what}`);
  const differing = broken.length > 0 || difference === undefined ? broken : [difference];
  return [
    ...(missing.length > 0
      ? [{ verdict: "problem", what: `its newest entry has no ${missing.join(", ")}` } as const]
      : []),
    ...("known" in time ? [] : [{ verdict: "problem", what: brokenText(time) } as const]),
    ...differing.map((what) => ({
      verdict: "problem" as const,
      what,
      fix: "set SAFETY_GLOBAL_MAX, SAFETY_SYMBOL_MAX and SAFETY_WINDOW_SEC to what the kernel has",
    })),
  ];
}

const brokenText = (reading: Reading<unknown>): string =>
  "broken" in reading ? reading.broken.what : "cannot be read";

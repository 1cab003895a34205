import type { Config } from "../../lib/config";
import { type Reading, quoted } from "../../lib/reading";
import { symbolOf } from "../../lib/redis/intent-symbol";
import type { Entry, ReadOnly, StreamInfo } from "../../lib/redis/read-only";
import { idMs, numberField } from "../../lib/redis/stream-id";

/** One finding: fine, worth knowing, or to be fixed. */
export interface Check {
  readonly verdict: "ok" | "note" | "problem";
  readonly what: string;
  readonly fix?: string;
}

/** Looks whether every key that is read is there, of its type and with its fields. */
export async function contractChecks(config: Config, redis: ReadOnly): Promise<Check[]> {
  const { keys } = config;
  const [mode, faults, intents] = await Promise.all([
    redis.getWithTtl(keys.safeMode),
    redis.stream(keys.faults),
    redis.stream(keys.intents),
  ]);
  return [
    safeModeCheck(keys.safeMode, mode),
    ...streamChecks(keys.faults, faults, (entry) => faultCheck(config, entry), "no breaker has tripped yet"),
    ...streamChecks(keys.intents, intents, (entry) => intentCheck(keys.intents, entry), undefined),
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
  const age = Math.max(0, Math.round((Date.now() - idMs(info.last.id)) / 1000));
  const isOld = info.entriesAdded === undefined;
  return [
    {
      verdict: "ok",
      what: `${key} has ${info.length} ${info.length === 1 ? "entry" : "entries"}, the newest ${age} s old`,
    },
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

function faultCheck({ keys, limits }: Config, entry: Entry): Check[] {
  const missing = ["reason", "symbol", "side"].filter((field) => !entry.fields.has(field));
  const time = numberField(keys.faults, entry, "timestamp");
  const differing = (
    [
      ["global_max", "SAFETY_GLOBAL_MAX", limits.globalMax],
      ["symbol_max", "SAFETY_SYMBOL_MAX", limits.symbolMax],
      ["window_sec", "SAFETY_WINDOW_SEC", limits.windowSec],
    ] as const
  ).filter(([field, , configured]) => entry.fields.has(field) && Number(entry.fields.get(field)) !== configured);
  return [
    ...(missing.length > 0
      ? [{ verdict: "problem", what: `its newest entry has no ${missing.join(", ")}` } as const]
      : []),
    ...("known" in time ? [] : [{ verdict: "problem", what: brokenText(time) } as const]),
    ...differing.map(([field, variable, configured]) => ({
      verdict: "problem" as const,
      what: `the kernel's ${field} was ${quoted(entry.fields.get(field) ?? "")} at its newest fault, configured is ${configured}`,
      fix: `set ${variable}, or utilization is measured against the wrong limit`,
    })),
  ];
}

const brokenText = (reading: Reading<unknown>): string =>
  "broken" in reading ? reading.broken.what : "cannot be read";

import { families } from "../../../lib/collectors";
import { functionNamesOf } from "../../../lib/environments/paging";
import type { Recorded } from "../recorded";

/** A line of ours, whether it says something in words or what a mark was like. */
interface Said {
  readonly from: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly level: string | undefined;
  readonly message: string | undefined;
  readonly redisError: string | undefined;
  readonly failed: Line["failed"];
  readonly violations: unknown;
}

interface Line {
  readonly _aws?: { readonly Timestamp: number };
  readonly timestamp?: string;
  readonly level?: string;
  readonly message?: string;
  readonly redis_error?: string;
  readonly failed?: readonly { readonly collector: string; readonly why: string }[];
  readonly violations?: unknown;
}

/** At multiples of it every collector is due. */
const EVERYTHING_DUE_MS = 30_000;

/** What the functions wrote to their own logs. */
export function describeLogs(played: () => Recorded): void {
  test("every function but the weekly drill has run", () => {
    const { lines, environment } = played();

    const silent = functionNamesOf(environment).filter((name) => lines.get(name)?.length === 0);

    expect(silent.filter((name) => name !== "drill")).toEqual([]);
  });

  test("no function fails or runs out of time", () => {
    const all = [...played().lines].flatMap(([name, lines]) => lines.map((line) => `${name}: ${line}`));

    expect(all.filter((line) => /Task timed out|"errorMessage"|"errorType"/.test(line))).toEqual([]);
  });

  test("before Redis is lost the only complaint is of a chart, which the emulator does not draw", () => {
    const { lines, emfLines, pages } = played();

    const early = [...lines, ["emf", emfLines] as const]
      .flatMap(([name, all]) => all.flatMap(asSaid(name)))
      .filter(({ at }) => at < pages.redisDown.written);

    expect(early.length).toBeGreaterThan(20);
    expect([...new Set(early.flatMap(complaintsOf))]).toEqual(["notify: no picture"]);
  });

  test("once it is lost the function that collects says why whatever is due fails, and finds nothing else", () => {
    const { lines, pages } = played();
    const all = Object.values(families).flatMap(({ collectors }) => collectors.map(({ name }): string => name));

    const late = (lines.get("collect") ?? [])
      .flatMap(asSaid("collect"))
      .filter(({ at }) => at >= pages.redisDown.sampled);

    expect(late.length).toBeGreaterThan(3);
    for (const { redisError, failed = [], violations, message } of late) {
      expect([redisError, violations, message]).toEqual([expect.stringMatching(/\w/), undefined, undefined]);
      expect(failed.length).toBeGreaterThan(0);
      for (const { why } of failed) expect(why.startsWith(redisError ?? "")).toBe(true);
    }
    const whole = late.filter(({ at }) => at % EVERYTHING_DUE_MS === 0);
    expect(whole.length).toBeGreaterThan(0);
    for (const { failed = [] } of whole)
      expect(new Set(failed.map(({ collector }) => collector))).toEqual(new Set(all));
  });
}

const asSaid =
  (from: string) =>
  (line: string): Said[] => {
    if (!line.startsWith("{")) return [];
    const { _aws, timestamp, level, message, redis_error, failed, violations } = JSON.parse(line) as Line;
    const at = _aws?.Timestamp ?? Date.parse(timestamp ?? "");
    return Number.isNaN(at) ? [] : [{ from, at, level, message, redisError: redis_error, failed, violations }];
  };

function complaintsOf({ from, level, message, redisError, failed, violations }: Said): string[] {
  const words = level === "WARNING" || level === "ERROR" ? [`${from}: ${message ?? ""}`] : [];
  const found = [redisError, failed, violations].filter((one) => one !== undefined);
  return [...words, ...found.map((one) => `${from}: ${JSON.stringify(one)}`)];
}

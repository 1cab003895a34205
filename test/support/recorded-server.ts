import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Collected, Collector } from "../../lib/collector";
import { readConfig } from "../../lib/config";
import { known, type Reading } from "../../lib/reading";
import type { ReadOnly } from "../../lib/redis/read-only";
import { readingOfEach, parseInfo } from "../../lib/redis/replies";
import type { RedisSource } from "../../lib/redis/source";

/** The whole INFO of a server that was asked section by section. */
export const recorded = (name: string): string => readFileSync(join(__dirname, "../fixtures", `${name}.txt`), "utf8");

/** What primaries would say to INFO: the whole text of each, cut by its headings as a server cuts it. */
export function sourceOf(texts: readonly string[], now: number): RedisSource {
  const redis: Pick<ReadOnly, "info" | "slowLogLength"> = {
    info: async (name) =>
      readingOfEach(
        `INFO ${name}`,
        texts.map((text) => sectionOf(text, name)),
        parseInfo,
      ),
    slowLogLength: async (): Promise<Reading<readonly number[]>> => known(texts.map(() => 7)),
  };
  const { keys, symbols, limits, faultLookbackMax, streams, groups, halts, harvest } = readConfig({});
  return {
    redis: redis as ReadOnly,
    keys,
    symbols,
    limits,
    faultLookbackMax,
    halts,
    streams,
    groups,
    harvest: { ...harvest, found: undefined },
    now: () => now,
  };
}

function sectionOf(text: string, name: string): string {
  const sections = text.replaceAll("\r", "").split(/^(?=# )/m);
  const own = sections.find((section) => section.toLowerCase().startsWith(`# ${name}\n`));
  return own === undefined ? "" : own.replaceAll("\n", "\r\n");
}

/** Readings of servers, a slot after the other, each with what the one before has left. */
export async function collectedInTurn<Memory>(
  collector: Collector<RedisSource, Memory>,
  readings: readonly { readonly at: number; readonly texts: readonly string[] }[],
): Promise<Collected<Memory>[]> {
  const all: Collected<Memory>[] = [];
  for (const { at, texts } of readings) {
    all.push(await collector.collect(sourceOf(texts, at), new Date(at), all.at(-1)?.memory));
  }
  return all;
}

import type { Collector } from "./collector";
import { CollectError } from "./errors";
import type { Outcome } from "./exporter";
import { within } from "./deadline";

/** What each collector left in this sandbox, by its name. */
export type Memories = ReadonlyMap<string, unknown>;

/** Runs collectors side by side; one that throws or outlasts the limit costs its own samples and nobody else's. */
export function run<Source>(
  collectors: readonly Collector<Source>[],
  source: Source,
  at: Date,
  memories: Memories,
  limitMs: number,
): Promise<Outcome[]> {
  const deadline = Date.now() + limitMs;
  return Promise.all(
    collectors.map(async (collector): Promise<Outcome> => {
      try {
        const collecting = collector.collect(source, at, memories.get(collector.name));
        return { collector, collected: await within(limitMs, deadline, collector.name, collecting) };
      } catch (error) {
        return { collector, error: error instanceof Error ? error : new CollectError(String(error)) };
      }
    }),
  );
}

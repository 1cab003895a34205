import { within } from "../deadline";
import { PublishError } from "../errors";
import { SERVICE_NAME } from "../log";
import type { Tier } from "../metric";
import { toStdout } from "../stdout";
import { emfLines } from "./emf-lines";
import type { Publisher } from "./publisher";
import { asProperties, byTier } from "./tier";

/** Where EMF lines come from and go to. */
export interface EmfOptions {
  readonly environment: string;
  readonly tier: Tier;
  /** Of this software; a property of every slot. */
  readonly version?: string;
  readonly write?: (text: string) => Promise<void>;
  /** Milliseconds; decides which timestamps CloudWatch would still take. */
  readonly now?: () => number;
}

/** A blocked stdout must not hold up the run: with PutMetricData's limit it stays below what a slot has for publishing. */
const WRITE_LIMIT_MS = 1000;

/**
 * Publishes by embedded-metric lines on stdout. Written by `process.stdout.write`, never `console.log`: Lambda wraps
 * what goes through the console, and a wrapped line is no metric.
 */
export function emfPublisher(options: EmfOptions): Publisher {
  const { environment, tier, version = "unknown", write = toStdout, now = Date.now } = options;
  const writeAll = async (lines: readonly string[]): Promise<void> => {
    for (const line of lines) await write(`${line}\n`);
  };
  return {
    async publish(samples, properties, at) {
      const { published, logged } = byTier(samples, tier);
      const said = [asProperties(logged), properties].filter((set) => Object.keys(set).length > 0);
      if (published.length === 0 && said.length === 0) return;
      const sets = [...said, { service: SERVICE_NAME, version }];
      const lines = emfLines({ environment, samples: published, properties: sets, at, now: now() });
      try {
        await within(WRITE_LIMIT_MS, Date.now() + WRITE_LIMIT_MS, "writing to stdout", writeAll(lines));
      } catch (cause) {
        throw new PublishError(`stdout did not take the ${lines.length} lines of ${at.toISOString()}`, { cause });
      }
    },
  };
}

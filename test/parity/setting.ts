import type { Random } from "./random";
import type { Scale, Span } from "./shapes";
import type { Interval, Track } from "./track";

/** What is decided for a story before anything that is peculiar to a rule. */
export interface Setting {
  readonly random: Random;
  readonly lengthSec: number;
  /** Where things may happen. */
  readonly span: Span;
  readonly scale: Scale;
  readonly redisDown: readonly Interval[];
}

/** By name of metric. */
export type Tracks = Readonly<Record<string, Track>>;

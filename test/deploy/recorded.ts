import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";

import type { MetricKey } from "../../lib/alarm-engine/definition";
import type { ValidatedEnvironment } from "../../lib/environment";
import type { Ran } from "./cdk";
import type { Datapoint } from "./datapoints";
import type { Verdict } from "./driver";
import type { Internet } from "./internet";
import type { Translated } from "./translation";

/** One metric as it was read back. */
export interface Series extends MetricKey {
  readonly unit: string | undefined;
  /** A datum for each second that has any, read by the metric's own statistic. */
  readonly points: readonly Datapoint[];
}

/** What Redis held at a mark, read key by key. */
export interface Held {
  /** Epoch seconds. */
  readonly t: number;
  readonly when: string;
  /** By the metric's name, and its labels' values in braces where it has any. */
  readonly values: Readonly<Record<string, number>>;
}

/** The way of a page, epoch milliseconds. */
export interface Page {
  readonly written: number;
  /** The mark of the first sample that shows it. */
  readonly sampled: number;
  /** When the account showed that sample. */
  readonly shown: number;
  readonly judged: number;
  readonly delivered: number;
}

/** Everything that the story saw, for the tests to judge. */
export interface Recorded {
  readonly environment: ValidatedEnvironment;
  readonly translated: ReadonlyMap<string, Translated>;
  readonly diff: Ran;
  readonly deployed: readonly MetricAlarm[];
  readonly updated: readonly MetricAlarm[];
  readonly boards: ReadonlyMap<string, unknown>;
  readonly series: readonly Series[];
  readonly held: readonly Held[];
  readonly emfLines: readonly string[];
  /** What each function of the environment wrote to its log. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
  readonly internet: Internet;
  readonly verdicts: readonly Verdict[];
  readonly pages: Readonly<Record<"safeMode" | "redisDown", Page>>;
  /** Epoch milliseconds. */
  readonly releasedAt: number;
  readonly resolvedAt: number;
  /** What the account holds before the deploys, with them, and after their removal. */
  readonly standing: Readonly<Record<"before" | "during" | "after", readonly string[]>>;
  /** Types that the profile leaves out and this emulator would take. */
  readonly taken: readonly string[];
}

import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";

import type { MetricKey } from "../../lib/alarm-engine/definition";
import type { ValidatedEnvironment } from "../../lib/environment";
import type { ResourcesById } from "./account";
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

/** What a deploy with another threshold made of the first one. */
interface Update {
  readonly alarms: readonly MetricAlarm[];
  /** The id of each resource that was touched, and its status. */
  readonly events: readonly string[];
  /** The template's resources, as the account had them and as it has them. */
  readonly before: ResourcesById;
  readonly after: ResourcesById;
}

/** Everything that the story saw, for the tests to judge. */
export interface Recorded {
  readonly environment: ValidatedEnvironment;
  readonly translated: ReadonlyMap<string, Translated>;
  readonly diff: Ran;
  readonly deployed: readonly MetricAlarm[];
  readonly update: Update;
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
  readonly accounts: Readonly<Record<"before" | "during" | "after", readonly string[]>>;
  /** What the profile leaves out and this emulator would take. */
  readonly taken: readonly string[];
}

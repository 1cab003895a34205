import type { Collected, Collector } from "./collector";
import { type Metric, metric, type Properties, type Sample, sample } from "./metric";
import type { ContractViolation } from "./reading";
import type { RedisWhy } from "./redis/why";
import {
  cutOffOf,
  serverHealthMetrics,
  serverHealthProperties,
  serverHealthSamples,
  type ServerHealth,
} from "./server-health";

export const redisUp = metric({
  name: "quantum_safety_redis_up",
  unit: "None",
  tier: "alarmed",
  read: "Minimum",
  help: "1 if Redis answered this sample; on 0 no reading of Redis is published",
});

export const redisLastError = metric({
  name: "quantum_safety_redis_last_error_timestamp",
  unit: "Seconds",
  tier: "boarded",
  help: "epoch seconds of the last sample that Redis did not answer; absent if this sandbox has seen none",
});

export const scrapes = metric({
  name: "quantum_safety_exporter_scrapes_total",
  unit: "Count",
  tier: "boarded",
  help: "1 a sample, overlapping runs included",
});

export const errors = metric({
  name: "quantum_safety_exporter_errors_total",
  unit: "Count",
  tier: "alarmed",
  help: "errors met in this sample: contract violations and collectors that failed",
});

export const exporterUp = metric({
  name: "quantum_safety_exporter_up",
  unit: "None",
  tier: "alarmed",
  help: "1 with every sample, also while Redis is down: the heartbeat whose absence means that nobody is watching",
});

export const sampleDuration = metric({
  name: "quantum_safety_sample_duration_ms",
  unit: "Milliseconds",
  tier: "boarded",
  help: "from the first byte to Redis to the last byte back",
});

export const collectorUp = metric({
  name: "quantum_collector_up",
  unit: "None",
  tier: "alarmed",
  read: "Minimum",
  help: "1 if this collector could read all that it asked for, else 0",
  labels: ["Collector"],
});

export const contractViolations = metric({
  name: "quantum_contract_violations",
  unit: "Count",
  tier: "alarmed",
  help: "readings of this slot that broke the contract; which and how is in the log line",
});

export const collectorViolations = metric({
  name: "quantum_contract_violations",
  unit: "Count",
  tier: "boarded",
  help: "readings of one collector at this slot that broke the contract",
  labels: ["Collector"],
});

export const runLate = metric({
  name: "quantum_run_late_seconds",
  unit: "Seconds",
  tier: "logged",
  help: "how long after its scheduled minute a run began, once a run; beyond 90 it takes nothing",
});

/** What is said of every collector's run, whatever its family. */
export const runMetrics = [collectorUp, contractViolations, collectorViolations, runLate] as const;

/** One run, as far as it is reported on. */
export interface RunFacts {
  readonly at: Date;
  readonly health: RedisHealth;
  /** Undefined where Redis does not answer. */
  readonly server: ServerHealth | undefined;
  /** Contract violations and collectors that failed. */
  readonly errorCount: number;
  /** The last sample that Redis did not answer, if this sandbox has seen one. */
  readonly lastErrorAt: Date | undefined;
}

/** What a family of collectors says of itself with each of its samples, also while Redis is down. */
export interface Report {
  readonly metrics: readonly Metric[];
  readonly samples: (facts: RunFacts) => readonly Sample[];
}

/** The safety family's own metrics. */
export const safetyReport: Report = {
  metrics: [redisUp, redisLastError, scrapes, errors, exporterUp, sampleDuration, ...serverHealthMetrics],
  samples: ({ at, health, server, errorCount, lastErrorAt }) => [
    sample(exporterUp, 1, at),
    sample(scrapes, 1, at),
    sample(redisUp, health.isUp ? 1 : 0, at),
    sample(errors, errorCount, at),
    ...(lastErrorAt ? [sample(redisLastError, lastErrorAt.getTime() / 1000, at)] : []),
    ...(health.durationMs === undefined ? [] : [sample(sampleDuration, health.durationMs, at)]),
    ...(server === undefined ? [] : serverHealthSamples(server, at)),
  ],
};

/** One collector's end: what it brought home, or the error that stopped it. */
export type Outcome = { readonly collector: Collector<never> } & (
  | { readonly collected: Collected }
  | { readonly error: Error }
);

/** How the conversation with Redis went in one sample. */
export interface RedisHealth {
  readonly isUp: boolean;
  /** What went wrong, where something did, in the words of the server or of the network. */
  readonly error?: string;
  /** The same as one of a closed set. */
  readonly why?: RedisWhy;
  /** Undefined if no byte came back. */
  readonly durationMs?: number;
  /** Server clock minus ours, where it was read. */
  readonly skewMs?: number;
}

/** A violation and who met it. */
export type FoundViolation = ContractViolation & { readonly collector: string };

/** Everything that the collectors of one slot found to break the contract. */
export function violationsOf(outcomes: readonly Outcome[]): FoundViolation[] {
  return outcomes.flatMap((one) =>
    "collected" in one ? one.collected.violations.map((found) => ({ collector: one.collector.name, ...found })) : [],
  );
}

/** Violations listed in the log line; all are counted. Logs Insights finds 200 fields in a line, and no more. */
const MOST_LISTED = 10;

/** The properties of a slot's log line: what the collectors said, and which violations they found. */
export function loggedProperties(properties: Properties, violations: readonly FoundViolation[]): Properties {
  return {
    ...properties,
    ...(violations.length > 0 ? { violations: violations.slice(0, MOST_LISTED) } : {}),
    ...(violations.length > MOST_LISTED ? { violations_not_listed: violations.length - MOST_LISTED } : {}),
  };
}

/** What is said of one slot's run: by the reports of the families that were due, and of each collector. */
export function describeRun(
  { at, health, server, lastErrorAt }: Omit<RunFacts, "errorCount">,
  outcomes: readonly Outcome[],
  reports: readonly Report[],
): { samples: Sample[]; properties: Properties } {
  const failed = outcomes.flatMap((one) => {
    const why = failureOf(one);
    return why === undefined ? [] : [{ collector: one.collector.name, why }];
  });
  const violations = violationsOf(outcomes);
  const errorCount = failed.length + violations.length;
  const isFrozen = server !== undefined && cutOffOf(server) !== undefined;
  const samples = [
    ...reports.flatMap((report) => report.samples({ at, health, server, lastErrorAt, errorCount })),
    ...outcomes.map((one) =>
      sample(collectorUp, failureOf(one) === undefined ? 1 : 0, at, { Collector: one.collector.name }),
    ),
    ...(health.isUp && !isFrozen ? violationCounts(at, outcomes, violations.length) : []),
  ];
  const { found, unknown } = server ? serverHealthProperties(server) : { found: {}, unknown: {} };
  const isSaid = reports.includes(safetyReport) && Object.keys(unknown).length > 0;
  const properties = {
    ...(health.error === undefined ? {} : { redis_error: health.error }),
    ...(health.why === undefined ? {} : { redis_why: health.why }),
    ...(health.skewMs === undefined ? {} : { clock_skew_ms: health.skewMs }),
    ...found,
    ...(isSaid ? { unknown } : {}),
    ...(failed.length > 0 ? { failed } : {}),
  };
  return { samples, properties };
}

/** Why a collector counts as failed, if it does; what it brought home all the same is published. */
function failureOf(outcome: Outcome): string | undefined {
  if ("error" in outcome) return outcome.error.message;
  const [first, ...others] = outcome.collected.failures;
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

function violationCounts(at: Date, outcomes: readonly Outcome[], total: number): Sample[] {
  const each = outcomes.flatMap((one) =>
    "collected" in one
      ? [sample(collectorViolations, one.collected.violations.length, at, { Collector: one.collector.name })]
      : [],
  );
  return [sample(contractViolations, total, at), ...each];
}

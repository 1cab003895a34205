import type { Collector } from "../collector";
import {
  collectorUp,
  collectorViolations,
  contractViolations,
  type Report,
  runLate,
  runMetrics,
  safetyReport,
  sampleDuration,
} from "../exporter";
import { harvestReport } from "../harvest/report";
import type { Metric } from "../metric";
import { pagingMetrics } from "../notify/paging-metrics";
import type { RedisSource } from "../redis/source";
import { serverHealthMetrics } from "../server-health";
import { serverReport } from "../server-report";
import { faultsCollector } from "./faults";
import { haltsCollector } from "./halts";
import { harvestCollector } from "./harvest";
import { intentsCollector } from "./intents";
import { rateWindowsCollector } from "./rate-windows";
import { redisServerCollector } from "./redis-server";
import { safeModeCollector } from "./safe-mode";
import { streamsCollector } from "./streams";

/** Collectors that are switched on together, and what is said of them as a whole. */
interface CollectorFamily {
  readonly collectors: readonly Collector<RedisSource>[];
  readonly report: Report;
}

/** Every collector that reads Redis, by the family under which it is switched on. */
export const families = {
  safety: {
    collectors: [safeModeCollector, haltsCollector, faultsCollector, intentsCollector, rateWindowsCollector],
    report: safetyReport,
  },
  harvest: { collectors: [harvestCollector], report: harvestReport },
  redis: { collectors: [redisServerCollector], report: serverReport },
  streams: { collectors: [streamsCollector], report: { metrics: [], samples: () => [] } },
} as const satisfies Record<string, CollectorFamily>;

export type Family = keyof typeof families;

export const FAMILIES = Object.keys(families) as readonly Family[];

const all: readonly CollectorFamily[] = Object.values(families);

/** Every metric that is published, whichever function does it. */
export const publishedMetrics: readonly Metric[] = [
  ...all.flatMap(({ collectors, report }) => [...collectors.flatMap(({ metrics }) => metrics), ...report.metrics]),
  ...runMetrics,
  ...pagingMetrics,
];

/** What is read from keys, and so withheld while these are frozen as well. */
export const readFromKeys: ReadonlySet<Metric> = new Set<Metric>([
  ...all.flatMap(({ collectors }) => collectors.flatMap(({ reads, metrics }) => (reads === undefined ? metrics : []))),
  contractViolations,
  collectorViolations,
]);

/** Of a report's metrics those that need an answer. */
const readFromServer: ReadonlySet<Metric> = new Set([sampleDuration, ...serverHealthMetrics]);

/** What is published while Redis is down; everything else is withheld then. */
export const publishedWithoutRedis: ReadonlySet<Metric> = new Set<Metric>([
  ...all.flatMap(({ report }) => report.metrics).filter((one) => !readFromServer.has(one)),
  collectorUp,
  runLate,
  ...pagingMetrics,
]);

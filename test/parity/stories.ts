import { safeMode } from "../../lib/collectors/safe-mode";
import { groupLost, groupMissing, streamMissing } from "../../lib/collectors/streams";
import { exporterUp, redisUp } from "../../lib/exporter";
import { harvestExporterUp } from "../../lib/harvest/report";
import type { RuleName } from "../../lib/rules/names";
import { redisFull, replicaCutOff } from "../../lib/server-health";
import { serverUp } from "../../lib/server-report";
import { logTracks, runningTracks, wakingTracks } from "./aws-happenings";
import * as happening from "./happenings";
import { harvestTracks } from "./harvest-happenings";
import { drillTracks, letterTracks } from "./paging-happenings";
import type { Random } from "./random";
import { flagTracks, groupTracks, serverTracks, skewTracks, slowTracks, stuckTracks } from "./redis-happenings";
import type { Setting, Tracks } from "./setting";
import { disjoint, outages, type Scale, stretches } from "./shapes";
import { deliveriesOf, type Story } from "./story";
import { flagTrack, type Interval, isWithin, Track } from "./track";

const HOUR_SEC = 3600;
/** Before anything happens alarms leave INSUFFICIENT_DATA. */
const QUIET_SEC = 300;

/** A rule's stories: what happens, for how long, and after which quiet. */
interface Genre {
  readonly tracks: (setting: Setting) => Tracks;
  readonly lengthSec?: number;
  readonly quietSec?: number;
  /** So long after its quiet nothing new happens. */
  readonly busySec?: number;
  /** Its stretches are outages of this. */
  readonly isAbout?: "redis" | "watcher";
}

/** A rule without stories does not compile. */
const GENRES: Readonly<Record<RuleName, Genre>> = {
  QuantumSafeModeActive: { tracks: happening.safeModeTracks },
  QuantumSafeModeNoExpiry: { tracks: happening.noExpiryTracks, lengthSec: 2 * HOUR_SEC },
  QuantumSafeModeNotObeyed: { tracks: happening.notObeyedTracks },
  QuantumTradingHalted: { tracks: happening.otherHaltTracks },
  RedisDown: { tracks: serverTracks, isAbout: "redis" },
  QuantumRedisConnectionLost: { tracks: () => ({}), isAbout: "redis" },
  QuantumHighFaultRate: { tracks: (setting) => happening.faultTracks(setting, HOUR_SEC, 10) },
  QuantumSafetyFaultSpike: {
    tracks: (setting) => ({ ...happening.faultTracks(setting, 300, 5), ...happening.haltTracks(setting) }),
  },
  QuantumFaultSeen: {
    tracks: (setting) => ({ ...happening.faultTracks(setting, HOUR_SEC, 0), ...happening.haltTracks(setting) }),
    // A fault counts for an hour.
    lengthSec: 2.5 * HOUR_SEC,
  },
  QuantumBreakerFlapping: {
    tracks: (setting) => ({ ...happening.faultTracks(setting, HOUR_SEC / 2, 2), ...happening.dutyTracks(setting) }),
    lengthSec: 5 * HOUR_SEC,
    // It says nothing for an hour after it was made.
    quietSec: HOUR_SEC + QUIET_SEC,
    // What it says ends an hour late.
    busySec: 1.5 * HOUR_SEC,
  },
  QuantumPublishingStalled: { tracks: happening.intentTracks, lengthSec: 1.5 * HOUR_SEC },
  QuantumRateNearLimit: {
    tracks: (setting) => ({ ...happening.utilizationTracks(setting), ...happening.haltTracks(setting) }),
  },
  RedisSlowQueries: { tracks: slowTracks },
  ConsumerGroupMissing: { tracks: (setting) => flagTracks(setting, groupMissing) },
  StreamMissing: { tracks: (setting) => flagTracks(setting, streamMissing) },
  RedisReplicaCutOff: { tracks: (setting) => flagTracks(setting, replicaCutOff) },
  RedisFull: { tracks: (setting) => flagTracks(setting, redisFull) },
  ClockSkewed: { tracks: skewTracks },
  ConsumerGroupLagging: { tracks: groupTracks },
  ConsumerGroupStuck: { tracks: stuckTracks, lengthSec: 2 * HOUR_SEC },
  StreamEntriesLost: { tracks: (setting) => flagTracks(setting, groupLost) },
  QuantumHarvestKillScoreHigh: { tracks: (setting) => harvestTracks(setting, "score", 0.6) },
  QuantumHarvestKillScoreCritical: { tracks: (setting) => harvestTracks(setting, "score", 0.8) },
  // Of a publisher that is dead altogether another rule tells.
  QuantumHarvestMetricsStale: {
    tracks: (setting) => harvestTracks(setting, setting.random.chance(0.3) ? "dead" : "failing"),
  },
  QuantumHarvestPublisherDown: { tracks: (setting) => harvestTracks(setting, "dead") },
  QuantumHarvestSymbolMissing: { tracks: (setting) => harvestTracks(setting, "deleted") },
  QuantumHarvestUnbacked: { tracks: (setting) => harvestTracks(setting, "unkeyed"), lengthSec: 2 * HOUR_SEC },
  QuantumHarvestExporterDown: { tracks: () => ({}), isAbout: "watcher" },
  QuantumTelemetryExporterDown: { tracks: () => ({}), isAbout: "watcher" },
  QuantumContractBroken: { tracks: happening.violationTracks },
  CollectorFailing: { tracks: happening.collectorTracks },
  TelemetryLogsBroken: { tracks: logTracks },
  LambdaFailing: { tracks: runningTracks },
  LambdaThrottled: { tracks: runningTracks },
  LambdaNearTimeout: { tracks: runningTracks },
  // Its data come so late that its newest period never has one: its warm-up lasts all of its 15 minutes.
  LambdaNotInvoked: { tracks: wakingTracks, quietSec: 1000, lengthSec: 1.5 * HOUR_SEC },
  QuantumPageUndelivered: { tracks: letterTracks },
  PagerDrillFailed: { tracks: drillTracks },
};

/** One story about a rule. */
export function storyOf(rule: RuleName, scale: Scale, random: Random): Story {
  const { tracks, lengthSec = HOUR_SEC, quietSec = QUIET_SEC, busySec = lengthSec, isAbout } = GENRES[rule];
  const span = { from: quietSec, to: Math.min(quietSec + busySec, lengthSec) };
  const down = (what: Genre["isAbout"]): Interval[] =>
    disjoint(isAbout === what ? stretches(random, span, scale) : outages(random, span));
  const redisDown = down("redis");
  const watcherDown = down("watcher");
  const answers = new Track(lengthSec, (t) => (isWithin(redisDown, t) ? 0 : 1));
  const all = {
    [exporterUp.name]: new Track(lengthSec, () => 1),
    [harvestExporterUp.name]: new Track(lengthSec, () => 1),
    [redisUp.name]: answers,
    [serverUp.name]: answers,
    [safeMode.name]: flagTrack(lengthSec, []),
    ...tracks({ random, lengthSec, span, scale, redisDown }),
  };
  return {
    lengthSec,
    watcherDown,
    redisDown,
    tracks: new Map(Object.entries(all)),
    deliveries: deliveriesOf(random, lengthSec),
    scrapePhase: random.pick([0, 5, 10]),
    tickOffset: random.between(0, 59),
  };
}

import type { Series } from "../../lib/rules/condition";
import type { Random } from "./random";
import { type Interval, isWithin, type Track } from "./track";

/** How one mark reached CloudWatch. */
export interface Delivery {
  /** Seconds later than usual. */
  readonly lateSec: number;
  /** Where it was sent twice: seconds from the first time to the second. */
  readonly againSec: number | undefined;
}

/** What truly happened; times are seconds since its beginning. */
export interface Story {
  readonly lengthSec: number;
  /** Nothing at all is published, and no scrape succeeds. */
  readonly watcherDown: readonly Interval[];
  /** Redis does not answer: the watcher says so, and withholds the rest. */
  readonly redisDown: readonly Interval[];
  /** By metric, or by one of its series where there are several. */
  readonly tracks: ReadonlyMap<string, Track>;
  /** By mark, where it was out of the ordinary. */
  readonly deliveries: ReadonlyMap<number, Delivery>;
  /** Seconds that Prometheus scrapes after each mark. */
  readonly scrapePhase: number;
  /** Seconds past the full minute at which CloudWatch evaluates. */
  readonly tickOffset: number;
}

/** Samples come every 15 s, rate windows every 10 s. */
export const MARK_SEC = 15;
/** Prometheus scrapes and evaluates so often. */
export const SCRAPE_SEC = 15;
/** The multiples of both intervals. */
const DELIVERY_STEP_SEC = 5;

/** At most this much later than usual does anything reach CloudWatch here. */
const MOST_LATE_SEC = 60;

/** The most ordinary delivery. */
export const ON_TIME: Delivery = { lateSec: 0, againSec: undefined };

/** Some marks come late or twice; now and then a run of them is held up and comes at once. */
export function deliveriesOf(random: Random, lengthSec: number): Map<number, Delivery> {
  const found = new Map<number, Delivery>();
  const late = random.pick([0, 0, 0.02, 0.1]);
  const twice = random.pick([0, 0.05, 0.5]);
  for (let mark = 0; mark <= lengthSec; mark += DELIVERY_STEP_SEC) {
    const lateSec = random.chance(late) ? random.between(15, MOST_LATE_SEC) : 0;
    const againSec = random.chance(twice) ? random.between(0, MOST_LATE_SEC) : undefined;
    if (lateSec > 0 || againSec !== undefined) found.set(mark, { lateSec, againSec });
  }
  if (random.chance(0.3)) holdUp(random, lengthSec, found);
  return found;
}

function holdUp(random: Random, lengthSec: number, deliveries: Map<number, Delivery>): void {
  const from = random.between(0, lengthSec, DELIVERY_STEP_SEC);
  const released = from + random.between(20, MOST_LATE_SEC, DELIVERY_STEP_SEC);
  for (let mark = from; mark < released; mark += DELIVERY_STEP_SEC) {
    deliveries.set(mark, { lateSec: released - mark, againSec: undefined });
  }
}

/** Whether anything that needs Redis, or only the watcher, is known at a time. */
export function isKnown({ watcherDown, redisDown }: Story, t: number, needsRedis: boolean): boolean {
  return !isWithin(watcherDown, t) && !(needsRedis && isWithin(redisDown, t));
}

/** What a story calls one of several series of a metric. */
export const seriesKey = (name: string, labels: Series["labels"]): string => [name, ...Object.values(labels)].join(" ");

/** What became of a series: by itself, or as all of its metric. */
export function trackOf({ tracks }: Story, { metric, labels }: Series): Track | undefined {
  return tracks.get(seriesKey(metric.name, labels)) ?? tracks.get(metric.name);
}

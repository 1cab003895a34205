import { safeMode } from "../../../lib/collectors/safe-mode";
import { faultsLast5m } from "../../../lib/collectors/faults";
import { quantumSafetyFaultSpike } from "../../../alarms/safety";
import { collectorFailing } from "../../../alarms/telemetry";
import { validateEnvironment } from "../../../lib/environment";
import { collectorUp, redisUp } from "../../../lib/exporter";
import type { Rule } from "../../../lib/rules/rule";
import { deployedOf, judged } from "../../parity/deployed";
import { Random } from "../../parity/random";
import type { Story } from "../../parity/story";
import { flagTrack, type Interval, isWithin, Track } from "../../parity/track";
import { prod } from "../../support/example-environments";

const LENGTH_SEC = 1800;
const MINUTE_SEC = 60;
const lasting = Array.from({ length: MINUTE_SEC / 5 }, (_, step) => 300 + 5 * step);

/** Everything on time, and Redis away or not; evaluated at a second of the minute. */
const storyOf = (
  redisDown: readonly Interval[],
  tracks: readonly (readonly [string, Track])[],
  tickOffset: number,
): Story => ({
  lengthSec: LENGTH_SEC,
  watcherDown: [],
  redisDown,
  tracks: new Map(tracks),
  deliveries: new Map(),
  scrapePhase: 0,
  tickOffset,
});

/** Pages over all seconds at which alarms may be evaluated. */
function pages(rule: Rule, story: (tickOffset: number) => Story): number[] {
  const deployed = deployedOf(rule, validateEnvironment(prod));
  return Array.from({ length: MINUTE_SEC }, (_, tickOffset) => tickOffset).flatMap(
    (tickOffset) => judged(deployed, story(tickOffset), new Random(tickOffset)).pages,
  );
}

test.each(lasting)("collectors that come back with Redis after %d s are not told of", (lastingSec) => {
  const down = [{ from: 400, to: 400 + lastingSec }];
  const up = new Track(LENGTH_SEC, (t) => (isWithin(down, t) ? 0 : 1));

  const told = pages(collectorFailing, (tick) =>
    storyOf(
      down,
      [redisUp, collectorUp].map(({ name }) => [name, up]),
      tick,
    ),
  );

  expect(told).toEqual([]);
});

test.each(lasting)("a spike that is over with the safe mode of %d s is not told of", (lastingSec) => {
  const during = [{ from: 400, to: 400 + lastingSec }];
  const faults = new Track(LENGTH_SEC, (t) => (isWithin(during, t) ? 7 : 0));
  const tracks = [[safeMode.name, flagTrack(LENGTH_SEC, during)] as const, [faultsLast5m.name, faults] as const];

  const told = pages(quantumSafetyFaultSpike, (tick) => storyOf([], tracks, tick));

  expect(told).toEqual([]);
});

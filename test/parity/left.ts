import { type Series, thresholdsOf } from "../../lib/rules/condition";
import type { Sides } from "./group";
import { scrapedAt } from "./seen";
import type { Story } from "./story";
import type { Subject } from "./subject";
import { GRID_SEC, type Interval, overlap } from "./track";
import { isKeptBack, verdictAt } from "./verdicts";

/** Deliveries are late by as much at most, and so is an alarm. */
const SLACK_SEC = 120;

/**
 * Whether an incident is left to a rule that keeps this one quiet: that rule's condition held meanwhile, and its alarm
 * fired unless it held for too short a time to have to. What is judged in the alarm leaves it to the rule about what
 * holds back, which has nothing to do with when this one fires.
 */
export function isLeftToAnother(
  { rule: own, inhibitors }: Subject,
  { others }: Sides,
  story: Story,
  incident: Interval,
): boolean {
  const look = (series: Series, t: number) => scrapedAt(story, series, t);
  const isHeldBack = (t: number): boolean => thresholdsOf(own.condition).some((one) => isKeptBack(one, look, t));
  if (longest(incident, isHeldBack) > 0) return true;
  return inhibitors.some(({ rule, worstSec }, place) => {
    const held = longest(incident, (t) => verdictAt(rule.condition, story, look, t) === "yes");
    const isTold = (others[place] ?? []).some((alarm) =>
      overlap(alarm, { from: incident.from, to: incident.to + SLACK_SEC }),
    );
    return held > 0 && (isTold || held <= worstSec + SLACK_SEC);
  });
}

/** Seconds of the longest stretch on which something is so. */
function longest({ from, to }: Interval, isSo: (t: number) => boolean): number {
  let most = 0;
  let now = 0;
  for (let t = from; t < to; t += GRID_SEC) {
    now = isSo(t) ? now + GRID_SEC : 0;
    most = Math.max(most, now);
  }
  return most;
}

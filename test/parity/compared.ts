import { type DeviationKind, deviationOf } from "../../lib/rules/deviation";
import { actingResult } from "./acting";
import { budgetsOf } from "./budgets";
import { type Episode, episodesOf, type Length } from "./episodes";
import { alarmsOf, type Group, type Sides } from "./group";
import { isLeftToAnother } from "./left";
import { ownReading, prometheusReading, type Reading } from "./reading";
import { sideResult, type Told } from "./side";
import type { Story } from "./story";
import type { Subject } from "./subject";
import { GRID_SEC, type Interval, overlap, without } from "./track";

/** What one story came to; latencies in seconds. */
export interface Comparison {
  readonly differences: readonly string[];
  readonly met: readonly DeviationKind[];
  readonly groups: readonly Group[];
  readonly latencies: { readonly ours: readonly number[]; readonly prometheus: readonly number[] };
  readonly pages: { readonly ours: number; readonly prometheus: number };
}

/**
 * Compares the two sides of one story. The condition alarm is held against Prometheus's alert without any inhibition,
 * strictly, since promtool knows none; the acting alarm is then held against that alert under Alertmanager's
 * inhibition, by when the inhibiting alerts of each side did fire.
 */
export function compared(subject: Subject, story: Story, sides: Sides): Comparison {
  const budgets = budgetsOf(subject, story);
  // What ends later could not have been told, or be over, by the story's end.
  const lastEnd = story.lengthSec - budgets.ours.endSec - subject.worstSec;
  const own = ownReading(subject, story);
  const ours = sideResult(episodesOf(own.verdicts, budgets.ours), sides.inner, budgets.ours, lastEnd);
  const seen = prometheusReading(subject, story);
  const theirEpisodes = episodesOf(seen.verdicts, budgets.prometheus);
  const theirs = sideResult(theirEpisodes, sides.prometheus, budgets.prometheus, lastEnd);
  const groups = groupsOf(ours.told, theirs.told).filter(({ to }) => to < lastEnd);
  const crossed = groups.map((group) => cross(subject, group, own, sides, story));
  const kept = keptThrough(subject, own, sides, story);
  const acting = actingResult(subject, sides, groups, story);
  return {
    differences: [
      ...ours.differences.map((what) => `ours: ${what}`),
      ...theirs.differences.map((what) => `Prometheus: ${what}`),
      ...crossed.flatMap(({ differences }) => differences),
      ...kept.differences,
      ...acting.differences,
    ],
    met: [
      ...crossed.flatMap(({ met }) => met),
      ...(ours.lateEnds > 0 ? (["endsLater"] as const) : []),
      ...kept.met,
      ...acting.met,
    ],
    groups,
    latencies: { ours: ours.latencies, prometheus: theirs.latencies },
    pages: acting.pages,
  };
}

function groupsOf(ours: readonly Told[], prometheus: readonly Told[]): Group[] {
  const all = [...ours.map((told) => ({ told, isOurs: true })), ...prometheus.map((told) => ({ told, isOurs: false }))];
  const groups: { from: number; to: number; ours: Told[]; prometheus: Told[] }[] = [];
  for (const { told, isOurs } of all.toSorted((a, b) => a.told.episode.from - b.told.episode.from)) {
    const last = groups.at(-1);
    const { from, to } = told.episode;
    const group = last !== undefined && from <= last.to ? last : { from, to, ours: [], prometheus: [] };
    if (group !== last) groups.push(group);
    group.to = Math.max(group.to, to);
    (isOurs ? group.ours : group.prometheus).push(told);
  }
  return groups.map(({ from, to, ours: own, prometheus: theirs }) => ({
    from,
    to,
    ours: own,
    prometheus: theirs,
    length: lengthOf([...own, ...theirs]),
  }));
}

/** As long as the longest of its episodes. */
function lengthOf(told: readonly Told[]): Length {
  const order: readonly Length[] = ["long", "between", "short"];
  return order.find((length) => told.some(({ episode }) => episode.length === length)) ?? "short";
}

interface Found {
  readonly differences: readonly string[];
  readonly met: readonly DeviationKind[];
}

/** Holds the two sides of a group against each other: what one side had to tell, the other had at least to see. */
function cross(subject: Subject, group: Group, own: Reading, sides: Sides, story: Story): Found {
  const { rule, stepSec } = subject;
  const earlier = deviationOf(rule, "earlier");
  const name = `episode ${group.from}–${group.to} s`;
  const isGap = own.gaps.some((gap) => overlap(gap, group)) || !isWatched(story, group);
  const differences: string[] = [];
  const met: DeviationKind[] = [];
  if (!isGap && isLong(group.prometheus) && !isLong(group.ours) && group.ours.every(isShort)) {
    if (deviationOf(rule, "leftToAnother") !== undefined && isLeftToAnother(subject, sides, story, group)) {
      met.push("leftToAnother");
    } else {
      differences.push(`${name}: Prometheus has to tell of it, ours must not`);
    }
  }
  if (!isGap && isLong(group.ours) && group.prometheus.every(isShort)) {
    if (earlier === undefined) differences.push(`${name}: ours has to tell of it, Prometheus must not`);
    else met.push("earlier");
  }
  if (earlier === undefined || isGap) return { differences, met };
  for (const alarm of alarmsOf(group.ours)) {
    const alert = alarmsOf(group.prometheus).find((one) => overlap(alarm, one));
    const bySec = alert === undefined ? 0 : alert.from - alarm.from;
    if (bySec > earlier.bySec + stepSec) differences.push(`${name}: ours was earlier by ${bySec} s`);
    else if (bySec > stepSec) met.push("earlier");
  }
  return { differences, met };
}

const isLong = (told: readonly Told[]): boolean => told.some(({ episode }) => episode.length === "long");
const isShort = ({ episode }: { readonly episode: Episode }): boolean => episode.length === "short";

function isWatched({ watcherDown, redisDown }: Story, group: Interval): boolean {
  return ![...watcherDown, ...redisDown].some((outage) => overlap(outage, group));
}

/** Data that are missing keep the state: what fired for certain goes on, and Prometheus's alert ends meanwhile. */
function keptThrough(subject: Subject, { verdicts, gaps }: Reading, sides: Sides, story: Story): Found {
  if (deviationOf(subject.rule, "keepsWithoutData") === undefined) return { differences: [], met: [] };
  const budget = budgetsOf(subject, story).ours;
  const firing = gaps.filter(({ from }) => {
    const since = heldSince(verdicts, from);
    return from - since > budget.worstSec + budget.lateSec({ from: since - 60, to: from });
  });
  const ended = firing.filter((gap) => without(gap, sides.inner).length > 0);
  const isMet = firing.some((gap) => without(gap, sides.prometheus).length > 0);
  return {
    differences: ended.map(({ from, to }) => `ours: does not keep its state without data, ${from}–${to} s`),
    met: isMet ? ["keepsWithoutData"] : [],
  };
}

function heldSince(verdicts: Reading["verdicts"], t: number): number {
  let cell = t / GRID_SEC;
  while (cell > 0 && verdicts[cell - 1] === "yes") cell -= 1;
  return cell * GRID_SEC;
}

import { type DeviationKind, deviationOf } from "../../lib/rules/deviation";
import { heldAfterFlag, suppressionOf } from "../../lib/rules/inhibition";
import { alarmsOf, type Group, type Sides } from "./group";
import { isLeftToAnother } from "./left";
import type { Story } from "./story";
import type { Subject } from "./subject";
import { type Interval, overlap, without } from "./track";

/** What the acting alarm and Alertmanager told of a story. */
export interface ActingResult {
  readonly differences: readonly string[];
  readonly met: readonly DeviationKind[];
  readonly pages: { readonly ours: number; readonly prometheus: number };
}

/** A composite alarm looks at its suppressor with every tick. */
const TICK_SEC = 60;

/**
 * Alertmanager tells of an alert at the first moment at which none of the inhibiting alerts fires, and once; so does a
 * composite alarm, after its wait. Which of the two tells what is compared episode by episode.
 */
export function actingResult(subject: Subject, sides: Sides, groups: readonly Group[], story: Story): ActingResult {
  const quiet = sides.inhibitors.flat();
  const theirPages = sides.prometheus.flatMap((alert) =>
    without(alert, quiet)
      .slice(0, 1)
      .map(({ from }) => from),
  );
  const pages = { ours: sides.pages.length, prometheus: theirPages.length };
  if (subject.rule.isShownOnly) return shownOnly(subject, sides, story, theirPages);
  if (heldAfterFlag(subject.rule) !== undefined) return heldBack(subject, sides, groups, theirPages, pages);
  if (suppressionOf(subject.rule) === undefined) return directly(sides, pages);
  const own = sides.inner.map((inner) => composite(subject, sides, inner, story.lengthSec));
  const crossed = groups.map((group) => cross(subject, sides, group, theirPages));
  const isWaiting = own.some(({ isHeldBack }) => isHeldBack) || crossed.some(({ isAlone }) => isAlone);
  return {
    differences: [...own.flatMap(({ differences }) => differences), ...crossed.flatMap((one) => one.differences)],
    met: isWaiting ? ["waits"] : [],
    pages,
  };
}

function shownOnly(subject: Subject, sides: Sides, story: Story, theirPages: readonly number[]): ActingResult {
  const isLeft = deviationOf(subject.rule, "leftToAnother") !== undefined;
  const alone = sides.prometheus.filter(
    (alert) =>
      theirPages.some((page) => alert.from <= page && page < alert.to) &&
      !(isLeft && isLeftToAnother(subject, sides, story, alert)),
  );
  const differences = [
    ...sides.pages.map((page) => `ours: told at ${page} s of what is only shown`),
    ...alone.map(({ from }) => `Prometheus: told at ${from} s of what another rule tells`),
  ];
  return {
    differences,
    met: isLeft && alone.length < theirPages.length ? ["leftToAnother"] : [],
    pages: { ours: sides.pages.length, prometheus: theirPages.length },
  };
}

/** Held back while its flag's alarm fires, and told at once when that is over: by each of the free stretches. */
function heldBack(
  subject: Subject,
  sides: Sides,
  groups: readonly Group[],
  theirPages: readonly number[],
  pages: ActingResult["pages"],
): ActingResult {
  const free = sides.inner.flatMap((inner) => without(inner, sides.flag));
  const own = directly({ ...sides, inner: free }, pages);
  const crossed = groups.map((group) => cross(subject, sides, group, theirPages));
  const isWaiting = sides.inner.some(({ from }) => free.every((one) => one.from !== from));
  return {
    ...own,
    differences: [...own.differences, ...crossed.flatMap((one) => one.differences)],
    met: isWaiting || crossed.some(({ isAlone }) => isAlone) ? ["waits"] : [],
  };
}

/** Without a composite the alarm itself acts, each time. */
function directly({ inner, pages }: Sides, counts: ActingResult["pages"]): ActingResult {
  const isAll = inner.length === pages.length && inner.every(({ from }, place) => pages[place] === from);
  const differences = isAll
    ? []
    : [`ours: alarms at ${inner.map(({ from }) => from).join(", ")} s, told at ${pages.join(", ")} s`];
  return { differences, met: [], pages: counts };
}

/** The composite over one alarm of the condition: told after its wait, unless the other rule speaks up. */
function composite(
  { waitSec, extensionSec }: Subject,
  { suppressor, pages, inner: all }: Sides,
  inner: Interval,
  lengthSec: number,
): { readonly differences: readonly string[]; readonly isHeldBack: boolean } {
  const changes = all.flatMap(({ from, to }) => [from, to]);
  const quiet = suppressor.map(({ from, to }) => ({ from, to: extended(to, extensionSec, changes) }));
  const told = pages.filter((page) => page >= inner.from && page < inner.to);
  const ready = without(inner, quiet).find(({ from, to }) => Math.min(to, lengthSec) - from > waitSec + TICK_SEC);
  if (ready !== undefined && told.length === 0) {
    const what = `ours: fired at ${inner.from} s and was free to act from ${ready.from} s, but did not`;
    return { differences: [what], isHeldBack: false };
  }
  const hasty = told.filter((page) => page < inner.from + waitSec && !quiet.some(({ to }) => page === to));
  if (hasty.length > 0)
    return { differences: [`ours: told at ${hasty.join(", ")} s, before its wait was over`], isHeldBack: false };
  const wrong = told.filter((page) => quiet.some(({ from, to }) => from < page && page < to));
  if (wrong.length > 0)
    return { differences: [`ours: told at ${wrong.join(", ")} s, while it had to be quiet`], isHeldBack: false };
  return { differences: [], isHeldBack: told.length === 0 || told.some((page) => page >= inner.from + waitSec) };
}

/** A change of the composite's own drops an extension under way for a new wait. */
function extended(to: number, extensionSec: number, changes: readonly number[]): number {
  return Math.min(to + extensionSec, ...changes.filter((change) => change >= to));
}

const isIn = (alarms: readonly Interval[]) => (page: number) =>
  alarms.some(({ from, to }) => from <= page && page < to);

function cross(
  subject: Subject,
  sides: Sides,
  group: Group,
  theirPages: readonly number[],
): { readonly differences: readonly string[]; readonly isAlone: boolean } {
  const own = alarmsOf(group.ours);
  const theirs = alarmsOf(group.prometheus);
  const [isOurs, isTheirs] = [sides.pages.some(isIn(own)), theirPages.some(isIn(theirs))];
  const name = `episode ${group.from}–${group.to} s`;
  if (isOurs && !isTheirs && theirs.length > 0 && isInside(subject, sides, group)) {
    return { differences: [`${name}: told, though ${incident(subject)} tells of the same incident`], isAlone: false };
  }
  const isAlone = isTheirs && !isOurs && own.length > 0;
  if (isAlone && deviationOf(subject.rule, "waits") === undefined) {
    return { differences: [`${name}: only Prometheus tells of it`], isAlone };
  }
  return { differences: [], isAlone };
}

const incident = ({ rule }: Subject): string => suppressionOf(rule)?.by.name ?? "";

/** Whether the other rule fired all the while on both sides, but for how long each takes to say that it is over. */
function isInside({ stepSec, extensionSec }: Subject, sides: Sides, group: Group): boolean {
  const slack = 2 * stepSec + TICK_SEC;
  const theirs = sides.inhibitors.flat().filter((one) => overlap(one, group));
  const own = sides.suppressor.filter((one) => overlap(one, group));
  const left = without(
    { from: group.from + slack, to: group.to - slack },
    own.map(({ from, to }) => ({ from, to: to + extensionSec })),
  );
  return own.length > 0 && theirs.length > 0 && left.length === 0;
}

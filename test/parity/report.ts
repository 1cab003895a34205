import type { RuleResult } from "./result";
import type { Run } from "./runs";
import { MARK_SEC } from "./story";
import type { Interval, Track } from "./track";

const HEAD = [
  "rule",
  "stories",
  "long",
  "short",
  "between: both",
  "ours",
  "Prom.",
  "none",
  "pages ours",
  "Prom.",
  "ours s median/worst",
  "Prom.",
  "differences",
  "declared, and stories that met it",
];

/** A line a rule, and the totals. */
export function table(results: readonly RuleResult[]): string {
  const rows = results.map(({ rule, stories, episodes, between, pages, latencies, failed, differences, met }) => [
    rule.name,
    stories,
    episodes.long,
    episodes.short,
    between.both,
    between["only ours"],
    between["only Prometheus's"],
    between.none,
    pages.ours,
    pages.prometheus,
    spread(latencies.ours),
    spread(latencies.prometheus),
    failed.length + differences.length,
    [...met].map(([kind, count]) => `${kind} ${count}`).join(", "),
  ]);
  const texts = [HEAD, ...rows].map((row) => row.map(String));
  const widths = HEAD.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  const lines = texts.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  const total = (of: (one: RuleResult) => number): number => results.reduce((sum, one) => sum + of(one), 0);
  const undeclared = total(({ failed, differences }) => failed.length + differences.length);
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n${total(({ stories }) => stories)} stories, ${undeclared} undeclared differences\n`;
}

function spread(latencies: readonly number[]): string {
  const median = latencies[Math.floor((latencies.length - 1) / 2)];
  return median === undefined ? "-" : `${median}/${latencies.at(-1)}`;
}

/** One story compactly: what happened, what each side made of it, and how to tell it again. */
export function told({ number, subject, story, sides, judged, comparison }: Run, seed: string): string {
  const late = [...story.deliveries].filter(([mark, { lateSec }]) => lateSec > 0 && mark % MARK_SEC === 0);
  return [
    `PARITY_SEED=${seed} PARITY_RULE=${subject.rule.name} PARITY_TIMELINE=${number} npm run parity`,
    ...comparison.differences.map((difference) => `  DIFFERENCE ${difference}`),
    `  for ${subject.forSec} s; evaluated ${story.tickOffset} s past the minute, scraped ${story.scrapePhase} s past the mark`,
    `  watcher down: ${of(story.watcherDown)}; Redis down: ${of(story.redisDown)}`,
    `  late: ${late.map(([mark, { lateSec }]) => `${mark}+${lateSec}`).join(" ")}`,
    ...[...story.tracks].map(([name, track]) => `  ${name}: ${changes(track, story.lengthSec)}`),
    ...comparison.groups.map(({ from, to, length }) => `  ${length} episode ${from}–${to}`),
    `  Prometheus fires ${of(sides.prometheus)}`,
    ...subject.inhibitors.map(
      ({ rule }, place) => `  Prometheus's ${rule.name} fires ${of(sides.inhibitors[place] ?? [])}`,
    ),
    `  ours told at ${sides.pages.join(" ")}`,
    ...judged.transitions.map(({ t, alarm, from, to, reason }) => `  ${t} ${alarm} ${from} → ${to}: ${reason}`),
    "",
  ].join("\n");
}

const of = (stretches: readonly Interval[]): string => stretches.map(({ from, to }) => `${from}–${to}`).join(" ");

const MOST_CHANGES = 60;

function changes(track: Track, lengthSec: number): string {
  const found: string[] = [];
  let last: number | undefined = Number.NaN;
  for (let t = 0; t <= lengthSec && found.length < MOST_CHANGES; t += MARK_SEC) {
    const value = track.at(t);
    if (value === last) continue;
    found.push(`${t}:${value === undefined ? "-" : Number(value.toFixed(1))}`);
    last = value;
  }
  return `${found.join(" ")}${found.length === MOST_CHANGES ? " …" : ""}`;
}

import type { ValidatedEnvironment } from "../../lib/environment";
import type { Rule } from "../../lib/rules/rule";
import { compared, type Comparison } from "./compared";
import { type Deployed, deployedOf, type Judged, judged } from "./deployed";
import type { Sides } from "./group";
import { type Firing, firing, stretchesOf } from "./promtool";
import { Random } from "./random";
import { scraped, scrapesIn, scrapeTime } from "./scraped";
import { storyOf } from "./stories";
import type { Story } from "./story";
import { labelsToldOf, type Subject, subjectOf } from "./subject";
import type { Interval } from "./track";

/** Which stories are told: of which rule, from which seed, by which numbers. */
export interface Order {
  readonly rule: Rule;
  /** What is deployed; the rule itself but where a mistake is to be found. */
  readonly deployed?: Rule;
  readonly seed: string;
  readonly numbers: readonly number[];
  /** So many stories more may be told while a declared deviation has not been met. */
  readonly patience?: number;
}

/** One story, what both sides made of it and how they compare. */
export interface Run {
  readonly number: number;
  readonly subject: Subject;
  readonly story: Story;
  readonly judged: Judged;
  readonly sides: Sides;
  readonly comparison: Comparison;
}

/** So many stories are one promtool test. */
const BATCH = 60;

/** Tells stories to both sides and compares; what a rule is split by takes turns. */
export async function runsOf(order: Order, environment: ValidatedEnvironment): Promise<Run[]> {
  const { rule, numbers } = order;
  const labels = labelsToldOf(rule, environment);
  const runs: Run[] = [];
  for (const [turn, label] of labels.entries()) {
    const subject = subjectOf(rule, environment, label);
    const deployed = deployedOf(order.deployed ?? rule, environment, label);
    const own = numbers.filter((number) => number % labels.length === turn);
    for (let first = 0; first < own.length; first += BATCH) {
      runs.push(...(await batchOf(order, own.slice(first, first + BATCH), subject, deployed)));
    }
  }
  return runs;
}

async function batchOf(
  { rule, seed }: Order,
  numbers: readonly number[],
  subject: Subject,
  deployed: Deployed,
): Promise<Run[]> {
  const told = numbers.map((number) => ({
    number,
    story: storyOf(rule.name, subject.scale, new Random(seed, rule.name, number)),
  }));
  const series = told.flatMap(({ number, story }) => scraped(subject, story, number));
  const firings = firing(subject, series, numbers, Math.max(...told.map(({ story }) => scrapesIn(story))));
  const all = told.map(({ number, story }) => ({
    number,
    story,
    judged: judged(deployed, story, new Random(seed, "arrivals", number)),
  }));
  const found = await firings;
  return all.map(({ number, story, judged: own }) => {
    const sides = sidesOf(subject, story, own, found, number);
    return { number, story, judged: own, subject, sides, comparison: compared(subject, story, sides) };
  });
}

function sidesOf(
  { rule, inhibitors }: Subject,
  story: Story,
  { inner, suppressor, flag, others, pages }: Judged,
  found: Firing,
  number: number,
): Sides {
  const alerts = found.get(number);
  const stretches = (name: string): Interval[] =>
    stretchesOf(alerts?.get(name) ?? [], (scrape) => scrapeTime(story, scrape));
  return {
    inner,
    suppressor,
    flag,
    others,
    pages,
    prometheus: stretches(rule.name),
    inhibitors: inhibitors.map((one) => stretches(one.rule.name)),
  };
}

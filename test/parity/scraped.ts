import { exporterUp } from "../../lib/exporter";
import { age, lastUpdate } from "../../lib/harvest/metrics";
import { harvestExporterUp } from "../../lib/harvest/report";
import type { Series } from "../../lib/rules/condition";
import { seriesName } from "../../lib/rules/promql";
import { scrapedAt } from "./seen";
import { isKnown, SCRAPE_SEC, type Story } from "./story";
import { seriesRead, type Subject } from "./subject";

/** One series of a promtool test. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** Every series that Prometheus has of a story, told apart from those of other stories by the label `run`. */
export function scraped({ reference, inhibitors }: Subject, story: Story, run: number): InputSeries[] {
  const read = seriesRead([reference, ...inhibitors.map(({ rule }) => rule.condition)]);
  const named = (name: string, labels: Series["labels"], valueAt: (t: number) => number | undefined): InputSeries => {
    const matchers = Object.entries({ ...labels, run: String(run) }).map(([key, value]) => `${key}="${value}"`);
    return { series: `${name}{${matchers.join(",")}}`, values: valuesOf(story, valueAt) };
  };
  const all = read.map((one) => named(seriesName(one.metric), one.labels, (t) => scrapedAt(story, one, t)));
  const ages = read.filter(({ metric }) => metric === age);
  const updates = ages.map((one) => named(lastUpdate.name, one.labels, (t) => updatedAt(story, one, t)));
  const isHeartbeat = read.some(({ metric }) => metric === exporterUp || metric === harvestExporterUp);
  const up = isHeartbeat ? [named("up", {}, (t) => (isKnown(story, t, false) ? 1 : 0))] : [];
  return [...all, ...updates, ...up];
}

/** The same as an age, by promtool's own clock, which begins with the first scrape. */
function updatedAt(story: Story, series: Series, t: number): number | undefined {
  const sec = scrapedAt(story, series, t);
  return sec === undefined ? undefined : t - sec - story.scrapePhase;
}

/** Times of the scrapes, seconds since the story's beginning. */
export function scrapeTime({ scrapePhase }: Story, scrape: number): number {
  return scrapePhase + scrape * SCRAPE_SEC;
}

/** How many scrapes a story has. */
export const scrapesIn = ({ lengthSec }: Pick<Story, "lengthSec">): number => Math.floor(lengthSec / SCRAPE_SEC);

/** As promtool writes them: what was there and is gone ends with a stale marker. */
function valuesOf(story: Story, valueAt: (t: number) => number | undefined): string {
  const values: string[] = [];
  let wasThere = false;
  for (let scrape = 0; scrape < scrapesIn(story); scrape++) {
    const value = valueAt(scrapeTime(story, scrape));
    values.push(value === undefined ? (wasThere ? "stale" : "_") : String(value));
    wasThere = value !== undefined;
  }
  return values.join(" ");
}

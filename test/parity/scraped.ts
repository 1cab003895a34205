import { exporterUp } from "../../lib/exporter";
import { seriesName } from "../../lib/rules/promql";
import { scrapedAt } from "./seen";
import { isKnown, SCRAPE_SEC, type Story } from "./story";
import { seriesOf, type Subject } from "./subject";

/** One series of a promtool test. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** Every series that Prometheus has of a story, told apart from those of other stories by the label `run`. */
export function scraped({ reference, inhibitors }: Subject, story: Story, run: number, label: string): InputSeries[] {
  const conditions = [reference, ...inhibitors.map(({ condition }) => condition)];
  const all = [...seriesOf(conditions, label)].map(([metric, labels]) => {
    const matchers = Object.entries({ ...labels, run: String(run) }).map(([name, value]) => `${name}="${value}"`);
    return {
      series: `${seriesName(metric)}{${matchers.join(",")}}`,
      values: valuesOf(story, (t) => scrapedAt(story, metric, t)),
    };
  });
  if (!seriesOf(conditions, label).has(exporterUp)) return all;
  const up = valuesOf(story, (t) => (isKnown(story, t, false) ? 1 : 0));
  return [...all, { series: `up{run="${run}"}`, values: up }];
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

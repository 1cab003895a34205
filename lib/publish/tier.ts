import type { Properties, Sample, Tier } from "../metric";

/** How far down each tier lies; an environment publishes its own and all above it. */
const DEPTH: Readonly<Record<Tier, number>> = { alarmed: 0, boarded: 1, logged: 2 };

/** Parts samples into those that an environment of this tier publishes and those that only its log carries. */
export function byTier(samples: readonly Sample[], tier: Tier): { published: Sample[]; logged: Sample[] } {
  const isPublished = ({ metric }: Sample) => DEPTH[metric.tier] <= DEPTH[tier];
  return { published: samples.filter(isPublished), logged: samples.filter((sample) => !isPublished(sample)) };
}

/**
 * Samples as log properties: the metric's name, or `name{Label=value,…}` with labels by name, to the value. Several
 * samples of one name (two times in one slot) make a list, in the order given.
 */
export function asProperties(samples: readonly Sample[]): Properties {
  const named = new Map<string, Sample["value"][]>();
  for (const sample of samples) {
    const name = propertyName(sample);
    named.set(name, [...(named.get(name) ?? []), sample.value]);
  }
  return Object.fromEntries(Array.from(named, ([name, values]) => [name, values.length === 1 ? values[0] : values]));
}

function propertyName({ metric, labels }: Sample): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  return pairs.length === 0 ? metric.name : `${metric.name}{${pairs.toSorted().join(",")}}`;
}

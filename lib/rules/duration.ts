import { ConfigError } from "../errors";

/** A span of time as Prometheus writes it: a whole number and a unit. */
export type Duration = `${number}${"s" | "m" | "h"}`;

const SECONDS = { s: 1, m: 60, h: 3600 } as const;
const WORDS = { s: "second", m: "minute", h: "hour" } as const;

function partsOf(duration: Duration): { count: number; unit: keyof typeof SECONDS } {
  const [, count, unit] = /^(\d{1,6})([smh])$/.exec(duration) ?? [];
  if (count === undefined) throw new ConfigError(`${duration} is not a duration such as 30s, 5m or 1h`);
  return { count: Number(count), unit: unit as keyof typeof SECONDS };
}

/** Seconds of a duration; throws ConfigError for what is none. */
export function seconds(duration: Duration): number {
  const { count, unit } = partsOf(duration);
  return count * SECONDS[unit];
}

/** A duration in words: "2 minutes". */
export function inWords(duration: Duration): string {
  const { count, unit } = partsOf(duration);
  return `${count} ${WORDS[unit]}${count === 1 ? "" : "s"}`;
}

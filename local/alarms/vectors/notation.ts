import { ConfigError } from "../../../lib/errors";
import { isStorable } from "../../../lib/metric";
import { secondsOf } from "./times";

/** One sample of a series: at which of its places, and how it comes to where alarms read it. */
export interface Noted {
  readonly place: number;
  readonly value: number;
  /** Seconds after its time at which it arrives; the series' own delay where it does not say. */
  readonly arrivesAfter?: number;
  /** How often it is published. */
  readonly copies: number;
}

/** A series written out; `places` counts gaps too. */
export interface Series {
  readonly samples: readonly Noted[];
  readonly places: number;
}

const NUMBER = String.raw`(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`;
const COUNT = String.raw`\d{1,6}`;
const GAP = new RegExp(`^_(?:x(${COUNT}))?$`);
const RUN = new RegExp(
  String.raw`^([+-]?${NUMBER})(?:([+-]${NUMBER})?x(${COUNT}))?(?:@([0-9hms]+))?(?:\*([1-9]\d?))?$`,
);
/** A fortnight of samples every 15 s; more is a slip of the pen. */
const MOST_PLACES = 80_640;

/**
 * Expands promtool's notation: `axn` is a and n samples more, `a+bxn` and `a-bxn` likewise in steps of b, `_` a gap and
 * `_xn` n gaps. Ours: `@2m` after a value or run arrives two minutes after its time, `*2` after that is published
 * twice. Throws ConfigError for what is none of these.
 */
export function expand(text: string): Series {
  const samples: Noted[] = [];
  let places = 0;
  for (const item of text.trim().split(/\s+/)) {
    const gap = GAP.exec(item);
    const run = gap ? [] : runOf(item);
    for (const one of run) samples.push({ ...one, place: places + one.place });
    places += gap ? Number(gap[1] ?? 1) : run.length;
    if (places > MOST_PLACES) throw new ConfigError(`a series has at most ${MOST_PLACES} places`);
  }
  return { samples, places };
}

function runOf(item: string): Noted[] {
  const [whole, first = "", step = "0", more = "0", late, copies = "1"] = RUN.exec(item) ?? [];
  if (whole === undefined) throw new ConfigError(`${JSON.stringify(item)} is no value, run or gap: ${hintFor(item)}`);
  if (Number(more) > MOST_PLACES) throw new ConfigError(`a series has at most ${MOST_PLACES} places`);
  const arrivesAfter = late === undefined ? undefined : secondsOf(late);
  if (late !== undefined && arrivesAfter === undefined) {
    throw new ConfigError(`${JSON.stringify(item)} arrives after ${JSON.stringify(late)}, which is no time such as 2m`);
  }
  const arrival = arrivesAfter === undefined ? {} : { arrivesAfter };
  const run: Noted[] = [];
  // Step by step, as promtool adds them: the sums of fractions come out the same.
  for (let place = 0, value = Number(first); place <= Number(more); place += 1, value += Number(step)) {
    if (!isStorable(value)) throw new ConfigError(`${JSON.stringify(item)} comes to more than CloudWatch can store`);
    run.push({ place, value, copies: Number(copies), ...arrival });
  }
  return run;
}

function hintFor(item: string): string {
  if (item === "stale") return "CloudWatch knows no staleness, a gap is _";
  if (/^[+-]?(inf|nan)/i.test(item)) return "CloudWatch stores numbers only";
  return "such as 1, 1x20, 0+1x10, _, _x4, 1@2m or 1x3*2";
}

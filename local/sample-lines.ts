import { faultsLast1h, lastFaultTimestamp } from "../lib/collectors/faults";
import { intentAge, intentRate } from "../lib/collectors/intents";
import {
  rateGlobalCurrent,
  rateGlobalLast,
  rateGlobalUtilization,
  rateSymbolUtilizationMax,
} from "../lib/collectors/rate-windows";
import { safeMode, safeModeTtl } from "../lib/collectors/safe-mode";
import { collectorUp, contractViolations, redisUp, runLate, sampleDuration } from "../lib/exporter";
import { ageMax, killScoreMax, missingCount, retiredCount, symbolCount, unbackedCount } from "../lib/harvest/metrics";
import type { Metric, Properties, Sample } from "../lib/metric";
import { REDIS_WHYS } from "../lib/redis/why";
import { serverUp } from "../lib/server-report";
import { haltLines } from "./halt-lines";
import { serverLines } from "./server-lines";
import { format, type Palette, printable } from "./terminal";

/** What one slot gave, as a publisher gets it. */
export interface Published {
  readonly at: Date;
  readonly samples: readonly Sample[];
  readonly properties: Properties;
}

/** A fault explains a safe mode that ends when the fault's own cooldown does, give or take the two clocks. */
const SAME_TRIP_SEC = 5;

/** One slot in a line for the eye, with a line more for each thing that is not as it should be. */
export function sampleLines({ at, samples, properties }: Published, colour: Palette): string[] {
  const value = reader(samples);
  const head = (text: string): string => `${at.toISOString().slice(11, 19)}  ${text}`;
  const ups = new Set([redisUp, serverUp].map((up) => value(up)));
  const said = textOf(properties["redis_error"]);
  // Marks of the harvest alone say nothing of Redis where it answers.
  if (ups.has(0) || (said !== undefined && !ups.has(1))) {
    return redisDownLines(properties, colour).map((line, place) => (place === 0 ? head(line) : note(line)));
  }
  const cutOff = textOf(properties["redis_cut_off"]);
  const parts = [
    safeModeText(value, colour),
    intentText(value, colour),
    faultText(value, colour),
    rateText(value, properties, colour),
  ];
  const tookMs = value(sampleDuration);
  const safety = tookMs === undefined ? [] : [...parts, colour.dim(`Redis ${format(tookMs)} ms`)];
  const full = textOf(properties["redis_full"]);
  const [first = colour.dim("Redis answers"), ...further] = [
    ...(cutOff === undefined ? [] : [colour.bad(`REPLICA CUT OFF: ${printable(cutOff)}; its keys are frozen`)]),
    ...(said === undefined ? [] : [colour.bad(`REDIS REFUSES US THE SAFE-MODE FLAG: ${printable(said)}`)]),
    ...(full === undefined ? [] : [colour.bad(`REDIS IS FULL: ${printable(full)}; safe mode cannot be set`)]),
    safety.filter((part) => part !== "").join(" · "),
    harvestText(value, properties, colour),
    ...serverLines(samples, colour),
    lateText(samples, colour),
  ].filter((line) => line !== "");
  return [
    head(first),
    ...further.map((line) => note(line)),
    ...(value(safeMode) === 1 ? [note(colour.warn(cause(value, at, properties)))] : []),
    ...haltLines(value, properties, colour).map((line) => note(line)),
    ...failures(samples, properties).map((line) => note(colour.bad(line))),
    ...((value(contractViolations) ?? 0) > 0 ? violations(properties).map((line) => note(colour.warn(line))) : []),
  ];
}

/** A Redis that fails only us says nothing of the kernel. */
function redisDownLines(properties: Properties, colour: Palette): string[] {
  const said = printable(textOf(properties["redis_error"]) ?? "no answer");
  const why = REDIS_WHYS.find((one) => one === properties["redis_why"]);
  if (why === "refused") return [colour.bad(`REDIS REFUSES US: ${said}`), BLIND];
  const head = colour.bad(`REDIS DOWN${why === undefined ? "" : ` (${why})`}: ${said}`);
  return [head, why === "untrusted" ? BLIND : "the kernel fails open: trades pass without the breaker"];
}

const BLIND = "we are blind; whether the kernel is, is not known";

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Below this a run is as good as on time. */
const LATE_SEC = 1;

/** How late the run began that this is the first sample of; a run that came too late has nothing else to tell. */
function lateText(samples: readonly Sample[], colour: Palette): string {
  const late = reader(samples)(runLate) ?? 0;
  const took = samples.length === 1 ? " and took nothing" : "";
  return late < LATE_SEC ? "" : colour.warn(`this run began ${format(late)} s late${took}`);
}

type Reader = (metric: Metric) => number | undefined;

const note = (text: string): string => `          ${text}`;

const counted = (value: number, noun: string): string => `${format(value)} ${noun}${format(value) === "1" ? "" : "s"}`;

function reader(samples: readonly Sample[]): Reader {
  return (metric) => {
    const found = samples.find((one) => one.metric === metric)?.value;
    return typeof found === "number" ? found : undefined;
  };
}

function safeModeText(value: Reader, colour: Palette): string {
  const on = value(safeMode);
  if (on === undefined)
    return value(intentAge) === undefined && value(faultsLast1h) === undefined ? "" : colour.bad("safe mode unknown");
  if (on === 0) return colour.good("safe mode off");
  const ttl = value(safeModeTtl) ?? -1;
  return colour.bad(ttl < 0 ? "SAFE MODE ON, nothing lifts it" : `SAFE MODE ON, lifts in ${Math.round(ttl)} s`);
}

function intentText(value: Reader, colour: Palette): string {
  const age = value(intentAge);
  const rate = value(intentRate);
  if (age === undefined) return "";
  const last = `last ${format(age)} s ago`;
  const perMinute = rate === undefined ? "rate not known yet" : `${counted(rate, "intent")}/min`;
  return age > 300 ? colour.warn(`${perMinute}, ${last}`) : `${perMinute}, ${last}`;
}

function faultText(value: Reader, colour: Palette): string {
  const faults = value(faultsLast1h);
  if (faults === undefined) return "";
  const text = `${counted(faults, "fault")} in 1 h`;
  return faults > 0 ? colour.warn(text) : text;
}

function rateText(value: Reader, properties: Properties, colour: Palette): string {
  const last = value(rateGlobalLast);
  const current = value(rateGlobalCurrent);
  if (last === undefined) return current === undefined ? "" : `${counted(current, "attempt")} in this window`;
  const used = value(rateGlobalUtilization) ?? 0;
  const busiest = value(rateSymbolUtilizationMax);
  const symbol = textOf(properties["rate_symbol_max"]);
  const top =
    busiest === undefined || symbol === undefined ? "" : `, busiest ${printable(symbol)} ${format(busiest)} %`;
  const attempts = `${counted(last, "attempt")} in the last window (${format(used)} %${top})`;
  return Math.max(used, busiest ?? 0) >= 80 ? colour.warn(attempts) : attempts;
}

/** Above this a position is about to be closed: the rules warn from here on. */
const HIGH_KILL_SCORE = 0.6;

function harvestText(value: Reader, properties: Properties, colour: Palette): string {
  const live = value(symbolCount);
  if (live === undefined) return "";
  const retired = value(retiredCount) ?? 0;
  const book = `harvest ${format(live)} live${retired > 0 ? `, ${format(retired)} retired` : ""}`;
  const score = value(killScoreMax);
  const oldest = value(ageMax);
  const symbol = printable(textOf(properties["kill_score_max_symbol"]) ?? "");
  const highest = score === undefined ? [] : [`kill score up to ${Math.round(score * 100) / 100} (${symbol})`];
  const warned = highest.map((text) => (score !== undefined && score >= HIGH_KILL_SCORE ? colour.warn(text) : text));
  const troubles = [
    [value(missingCount), "open without a proposal"],
    [value(unbackedCount), "renewed without a position key"],
  ] as const;
  return [
    book,
    ...warned,
    ...(oldest === undefined ? [] : [`oldest ${format(oldest)} s`]),
    ...troubles.flatMap(([count = 0, what]) => (count > 0 ? [colour.warn(`${format(count)} ${what}`)] : [])),
  ].join(" · ");
}

/** Why safe mode is on, as far as the newest fault tells. */
function cause(value: Reader, at: Date, properties: Properties): string {
  const fault = properties["last_fault"] as Record<string, string> | undefined;
  const faultAt = value(lastFaultTimestamp) ?? 0;
  const ttl = value(safeModeTtl) ?? -1;
  const endsAt = at.getTime() / 1000 + ttl;
  const cooldown = Number(fault?.["cooldown_sec"] ?? Number.NaN);
  // A breaker's halt has an end, a cooldown a length: fields from outside may say what no breaker writes.
  const isTrip = ttl >= 0 && cooldown >= 0 && faultAt >= 0;
  if (fault === undefined || !isTrip || Math.abs(faultAt + cooldown - endsAt) > SAME_TRIP_SEC) {
    return "no matching fault: the margin guard or an operator set it";
  }
  const said = (field: string): string => printable(fault[field] ?? "?");
  const time = new Date(faultAt * 1000).toISOString().slice(11, 19);
  return (
    `${said("reason")} ${said("symbol")} ${said("side")} at ${time}: ` +
    `${said("global_count")} of ${said("global_max")} in all, ${said("symbol_count")} of ${said("symbol_max")} for the symbol`
  );
}

function failures(samples: readonly Sample[], properties: Properties): string[] {
  const failed = (properties["failed"] ?? []) as readonly { collector: string; why: string }[];
  return samples
    .filter((one) => one.metric === collectorUp && one.value === 0)
    .map(({ labels }) => {
      const why = failed.find(({ collector }) => collector === labels["Collector"])?.why ?? "no reason given";
      return `collector ${labels["Collector"]} failed: ${printable(why)}`;
    });
}

function violations(properties: Properties): string[] {
  const found = (properties["violations"] ?? []) as readonly { collector: string; key: string; what: string }[];
  return found.map(({ collector, key, what }) => `contract broken (${collector}): ${printable(`${key} ${what}`)}`);
}

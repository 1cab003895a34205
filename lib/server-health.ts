import { safeModeCollector } from "./collectors/safe-mode";
import type { Outcome, RedisHealth } from "./exporter";
import { metric, type Sample, sample } from "./metric";
import { known, type Reading } from "./reading";
import { isMasterDown } from "./redis/replies";
import type { ServerState } from "./redis/server-state";
import { whyOf } from "./redis/why";

export const replicaCutOff = metric({
  name: "quantum_redis_replica_cut_off",
  unit: "None",
  tier: "alarmed",
  help: "1 while what is read is a replica whose link to its primary is down: its keys are frozen, and withheld; else 0",
});

export const redisFull = metric({
  name: "quantum_redis_full",
  unit: "None",
  tier: "alarmed",
  help: "1 while Redis has no memory left to write with: the kernel can set neither safe mode nor counters; else 0",
});

export const clockSkew = metric({
  name: "quantum_clock_skew_seconds",
  unit: "Seconds",
  tier: "alarmed",
  help: "absolute difference between the server's clock and ours",
});

/** Of a server that answers, read with every sample of the safety family. */
export const serverHealthMetrics = [replicaCutOff, redisFull, clockSkew] as const;

/** What one sample found of the server, as far as it is known. */
export interface ServerHealth extends ServerState {
  /** Server clock minus ours in milliseconds. */
  readonly skewMs: number | undefined;
}

/**
 * Whether Redis is up, and what it is worth. A replica that serves no key while its primary is gone answers all the same:
 * it is up and cut off, by its own words where it does not let us read its role.
 */
export function standingOf(
  health: RedisHealth,
  state: ServerState,
): { readonly health: RedisHealth; readonly server: ServerHealth | undefined } {
  const { skewMs, error = "" } = health;
  if (health.isUp) return { health, server: { ...state, skewMs } };
  if (!isMasterDown(error)) return { health, server: undefined };
  const { error: _, why: _why, ...answered } = health;
  const cutOff = cutOffOf(state) === undefined ? known(error) : state.cutOff;
  return { health: { ...answered, isUp: true }, server: { ...state, cutOff, skewMs } };
}

/**
 * The same where the server answers, but keeps the safe-mode flag from us: it is up, and what can be read is published,
 * but whether trading is halted is not known.
 */
export function refusedFlag(health: RedisHealth, outcomes: readonly Outcome[]): RedisHealth {
  const flag = outcomes.find(({ collector }) => collector.name === safeModeCollector.name);
  if (!health.isUp || flag === undefined || !("error" in flag) || whyOf(flag.error) !== "refused") return health;
  return { ...health, error: flag.error.message, why: "refused" };
}

/** Why the keys are frozen, in words; undefined where they are not, or where it is not known. */
export function cutOffOf({ cutOff }: Pick<ServerState, "cutOff">): string | undefined {
  return "known" in cutOff ? (cutOff.known ?? undefined) : undefined;
}

export function serverHealthSamples({ cutOff, full, skewMs }: ServerHealth, at: Date): Sample[] {
  return [
    ...flags(cutOff).map((value) => sample(replicaCutOff, value, at)),
    ...flags(full).map((value) => sample(redisFull, value, at)),
    ...(skewMs === undefined ? [] : [sample(clockSkew, Math.abs(skewMs) / 1000, at)]),
  ];
}

const flags = (reading: Reading<string | null>): number[] =>
  "known" in reading ? [reading.known === null ? 0 : 1] : [];

/** In words: what is so, and by metric what is not known. */
export function serverHealthProperties({ cutOff, full }: ServerHealth): {
  readonly found: Readonly<Record<string, string>>;
  readonly unknown: Readonly<Record<string, string>>;
} {
  const found: Record<string, string> = {};
  const unknown: Record<string, string> = {};
  for (const [name, property, reading] of [
    [replicaCutOff.name, "redis_cut_off", cutOff],
    [redisFull.name, "redis_full", full],
  ] as const) {
    if ("unknown" in reading) unknown[name] = reading.unknown;
    else if ("known" in reading && reading.known !== null) found[property] = reading.known;
  }
  return { found, unknown };
}

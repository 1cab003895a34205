import { ifKnown, known, type Reading, unknown } from "../reading";
import type { Info, ReadOnly } from "./read-only";
import { field } from "./server-info";

/** What a server says of itself that decides what its keys are worth; each in words where it is so, null where not. */
export interface ServerState {
  /** What is read is a replica whose link to its primary is down: its keys are frozen. */
  readonly cutOff: Reading<string | null>;
  /** It has no memory left to write with: the kernel can set neither safe mode nor counters. */
  readonly full: Reading<string | null>;
}

/** Asks for it in two commands; never rejects, as what cannot be asked for is unknown. */
export async function readServerState(redis: Pick<ReadOnly, "info">, isCluster: boolean): Promise<ServerState> {
  const ask = (section: string): Promise<Reading<readonly Info[]>> =>
    redis.info(section).catch((error: unknown) => unknown(error instanceof Error ? error.message : String(error)));
  const [replication, memory] = await Promise.all([ask("replication"), ask("memory")]);
  return {
    // Of a cluster only primaries answer for keys: a node that has become a replica says MOVED.
    cutOff: isCluster ? known(null) : ifKnown(replication, (infos) => firstOf(infos.map(cutOffIn))),
    full: ifKnown(memory, (infos) => firstOf(infos.map(fullIn))),
  };
}

/** The first server for which it is so; unknown where one does not say. */
function firstOf(readings: readonly Reading<string | null>[]): Reading<string | null> {
  return readings.find(isSo) ?? readings.find((one) => !("known" in one)) ?? known(null);
}

const isSo = (one: Reading<string | null>): boolean => "known" in one && one.known !== null;

/** While a replica takes its first copy, or another one, the link counts as down too: its keys are old ones or none. */
function cutOffIn(info: Info): Reading<string | null> {
  const role = info.get("role");
  if (role === undefined) return unknown("INFO replication does not say");
  if (role !== "slave" || info.get("master_link_status") === "up") return known(null);
  const since = info.get("master_link_down_since_seconds");
  const primary = `${info.get("master_host") ?? "?"}:${info.get("master_port") ?? "?"}`;
  const span = since === undefined || Number(since) < 0 ? "" : ` for ${since} s`;
  return known(`a replica whose link to its primary ${primary} is down${span}`);
}

const used = field("used_memory");
const max = field("maxmemory");

/** Redis counts what replicas wait for apart, and refuses a write once the rest is above the limit. */
function fullIn(info: Info): Reading<string | null> {
  const limit = max(info) ?? Number.NaN;
  const policy = info.get("maxmemory_policy");
  if (limit === 0) return known(null);
  const apart = Number(info.get("mem_not_counted_for_evict") ?? 0);
  const counted = (used(info) ?? Number.NaN) - apart;
  if (!Number.isFinite(limit - counted) || policy === undefined) return unknown("INFO memory does not say");
  // A server evicts before it answers: a volatile policy that is above its limit still has nothing left to evict.
  const isFull = policy === "noeviction" ? counted >= limit : policy.startsWith("volatile-") && counted > limit;
  return known(isFull ? `${counted} bytes used of maxmemory ${limit}, policy ${policy}` : null);
}

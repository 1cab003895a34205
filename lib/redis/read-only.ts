import type { Reading } from "../reading";
import type { Topology } from "./settings";

/** One stream entry: its ID and its fields in the order they stand in. */
export interface Entry {
  readonly id: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** Entries of one part of a stream, in the order in which they were asked for. */
export interface Page {
  readonly entries: readonly Entry[];
  /** Whether that part holds no more; else there may be more, even where fewer came than were asked for. */
  readonly isWhole: boolean;
}

/** What XINFO STREAM says in O(1). */
export interface StreamInfo {
  readonly length: number;
  /** "0-0" when nothing was ever added. */
  readonly lastGeneratedId: string;
  readonly first: Entry | undefined;
  readonly last: Entry | undefined;
  /** Entries added over the stream's life; Redis before 7.0 does not say. */
  readonly entriesAdded: number | undefined;
  /** The greatest ID that XDEL ever took; Redis before 7.0 does not say. Trimming leaves no trace here. */
  readonly maxDeletedId: string | undefined;
  /** Consumer groups. */
  readonly groups: number;
}

/** What XINFO GROUPS says of one consumer group. */
export interface GroupInfo {
  readonly name: string;
  readonly consumers: number;
  /** Entries delivered and not acknowledged. */
  readonly pending: number;
  readonly lastDeliveredId: string;
  /** Entries ever added up to the last one delivered; undefined where Redis has lost count, and before 7.0. */
  readonly entriesRead: number | undefined;
  /** Entries not delivered yet, by the same count. */
  readonly lag: number | undefined;
}

/** What XINFO CONSUMERS says of one consumer of a group. */
export interface ConsumerInfo {
  readonly name: string;
  /** Entries delivered to it and not acknowledged. */
  readonly pending: number;
  /** Milliseconds since it last asked for entries or claimed some, by the server's clock. */
  readonly idleMs: number;
}

/** An entry that was delivered and not acknowledged. */
export interface PendingEntry {
  readonly id: string;
  readonly consumer: string;
}

/** Fields of one section of INFO, by name. */
export type Info = ReadonlyMap<string, string>;

/**
 * All that may be asked of Redis: there is no writing command to call.
 *
 * Every method throws CollectError when Redis refuses (NOPERM, LOADING, …) or cannot be reached; a key of the wrong
 * type is a broken reading. Requests made in the same turn of the event loop leave together and come back together.
 */
export interface ReadOnly {
  /** GET; null where the key is absent. */
  get(key: string): Promise<Reading<string | null>>;
  /**
   * GET, and after it PTTL, in one pipeline but not of one moment: the key can be set or expire in between. `ttlMs` is −1
   * for a key without expiry and −2 for an absent one, as Redis says it; it is known whatever the key's type.
   */
  getWithTtl(key: string): Promise<{ value: Reading<string | null>; ttlMs: number }>;
  /** EXISTS, whatever the key's type. */
  exists(key: string): Promise<Reading<boolean>>;
  /** XINFO STREAM; null where the key is absent. */
  stream(key: string): Promise<Reading<StreamInfo | null>>;
  /**
   * XRANGE, oldest first; an end that starts with "(" is exclusive. So many entries, or fewer where they weigh more than
   * one page may; broken where one alone does.
   */
  range(key: string, from: string, to: string, count: number): Promise<Reading<Page>>;
  /** XREVRANGE, newest first; otherwise the same. */
  newest(key: string, from: string, to: string, count: number): Promise<Reading<Page>>;
  /** TIME in milliseconds: the server's clock, to measure skew and for nothing else. */
  time(): Promise<number>;
  /** XINFO GROUPS; none where the key is absent. */
  groups(key: string): Promise<Reading<readonly GroupInfo[]>>;
  /** XINFO CONSUMERS; none where the key or the group is absent. */
  consumers(key: string, group: string): Promise<Reading<readonly ConsumerInfo[]>>;
  /** The oldest entry that a group, or one consumer of it, has not acknowledged (XPENDING); null where there is none. */
  oldestPending(key: string, group: string, consumer?: string): Promise<Reading<PendingEntry | null>>;
  /** One section of INFO, of every primary, asked once a sample. Unknown where a server has no such command or does not let us. */
  info(section: string): Promise<Reading<readonly Info[]>>;
  /** SLOWLOG LEN, of every primary. Unknown as for `info`. */
  slowLogLength(): Promise<Reading<readonly number[]>>;
  /**
   * HMGET of the same fields of many hashes, a reading a key: null for a field that is absent, or in place of all where
   * the hash has none of them. Unlike elsewhere, a key that Redis refuses is unknown by itself.
   */
  hashes(keys: readonly string[], fields: readonly string[]): Promise<Reading<(string | null)[] | null>[]>;
}

/** What a family of collectors asks, as ACL rules; no rule here lets it write. */
const FAMILY_RULES: Readonly<Record<string, readonly string[]>> = {
  safety: ["+get", "+pttl", "+xinfo|stream", "+xrange", "+xrevrange", "+exists"],
  harvest: ["+hmget"],
  redis: ["+slowlog|len"],
  streams: ["+xinfo|stream", "+xinfo|groups", "+xinfo|consumers", "+xpending"],
};

/**
 * The rules for the families that read, with what connecting takes (a cluster is asked for its slots, another database
 * has to be selected) and, where harvest symbols are discovered, SCAN.
 */
export function aclRules({
  topology,
  db,
  families,
  isDiscovering = false,
}: {
  readonly topology: { readonly kind: Topology["kind"] };
  readonly db: number;
  readonly families: readonly string[];
  readonly isDiscovering?: boolean;
}): readonly string[] {
  return [
    ...new Set(families.flatMap((family) => FAMILY_RULES[family] ?? [])),
    // Asked in every sample: whose clock, which role, and how full.
    "+info",
    "+time",
    ...(isDiscovering && families.includes("harvest") ? ["+scan"] : []),
    ...(topology.kind === "cluster" ? ["+cluster|slots"] : []),
    ...(db === 0 ? [] : ["+select"]),
  ];
}

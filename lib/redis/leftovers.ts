import { known, type Reading, unknown } from "../reading";
import { lagAtMost } from "./group-position";
import type { Readings } from "./guarded";
import type { ConsumerInfo, GroupInfo, PendingEntry, StreamInfo } from "./read-only";
import { idTime } from "./stream-id";

/** A consumer that asked for nothing for longer than this does not work on what it holds. */
const IDLE_MS = 60_000;
/** An entry that a living consumer holds for longer is not being dealt with. */
const MOST_AGE_MS = 60_000;
/**
 * A group that keeps up leaves no more than this waiting, or unacknowledged: where its alarm speaks by default. Not the
 * limit of each group, which only its alarm has: a lower one speaks by itself, as what waits always counts there, and
 * under a higher one a group that leaves so much behind is no excuse for an entry that grows old.
 */
const MOST_WAITING = 1000;
/** Consumers are named by process and stay for ever: a list of more would cost more than the sample. */
const MOST_CONSUMERS = 500;
/** Consumers that are asked for their oldest entry: those that live, and those that died. */
const MOST_LIVING_ASKED = 20;
const MOST_DEAD_ASKED = 5;

/** A consumer that died, with what it left. */
export interface Leftover {
  readonly consumer: string;
  /** Entries delivered to it and not acknowledged. */
  readonly entries: number;
  readonly idleSeconds: number;
  /** ID of the oldest of them; undefined where it was not asked for. */
  readonly oldestId: string | undefined;
}

/** What a group was given and has not acknowledged. */
export interface Pending {
  readonly oldest: Reading<PendingEntry | null>;
  /** Entries left by consumers that died while the group keeps up; 0 while it does not. */
  readonly stuck: Reading<number>;
  /** Whether the group keeps up or not; most entries first. */
  readonly leftovers: readonly Leftover[];
}

const NOTHING: Pending = { oldest: known(null), stuck: known(0), leftovers: [] };

/**
 * Reads what a group has not acknowledged: nothing more where there is nothing, else its oldest entry and its consumers
 * in one turn; in a second one, only while a consumer has died, the oldest entries of single consumers.
 */
export async function readPending(
  redis: Readings,
  key: string,
  group: GroupInfo,
  stream: Reading<StreamInfo | null>,
  t: number,
): Promise<Pending> {
  if (group.pending === 0) return NOTHING;
  const isMany = group.consumers > MOST_CONSUMERS;
  const [oldest, consumers] = await Promise.all([
    redis.oldestPending(key, group.name),
    isMany ? unknown(`${group.consumers} consumers are more than are read`) : redis.consumers(key, group.name),
  ]);
  if (!("known" in consumers)) return { oldest, stuck: consumers, leftovers: [] };
  const holding = consumers.known.filter(({ pending }) => pending > 0).toSorted((a, b) => b.pending - a.pending);
  const dead = holding.filter(isDead);
  if (dead.length === 0) return { ...NOTHING, oldest };
  const living = holding.filter((one) => !isDead(one));
  const [ofLiving, ofDead] = await Promise.all(
    [living.slice(0, MOST_LIVING_ASKED), dead.slice(0, MOST_DEAD_ASKED)].map((some) =>
      Promise.all(some.map(({ name }) => redis.oldestPending(key, group.name, name))),
    ),
  );
  const isReading = consumers.known.some((one) => !isDead(one));
  const keepsUp = keepsUpOf(key, { group, stream, isReading, living, oldest: ofLiving ?? [] }, t);
  const entries = dead.reduce((sum, { pending }) => sum + pending, 0);
  return {
    oldest,
    stuck: "known" in keepsUp ? known(keepsUp.known ? entries : 0) : keepsUp,
    leftovers: dead.map(({ name, pending, idleMs }, place) => {
      const first = ofDead?.[place];
      const oldestId = first && "known" in first ? first.known?.id : undefined;
      return { consumer: name, entries: pending, idleSeconds: Math.floor(idleMs / 1000), oldestId };
    }),
  };
}

const isDead = ({ idleMs }: ConsumerInfo): boolean => idleMs > IDLE_MS;

interface Work {
  readonly group: GroupInfo;
  readonly stream: Reading<StreamInfo | null>;
  /** Whether any consumer still asks for entries. */
  readonly isReading: boolean;
  /** Consumers that still ask, and hold entries. */
  readonly living: readonly ConsumerInfo[];
  /** The oldest entry of each of them. */
  readonly oldest: readonly Reading<PendingEntry | null>[];
}

/** Whether those who live deal with all that comes: little waits, somebody reads it, and nobody holds it for long. */
function keepsUpOf(key: string, { group, stream, isReading, living, oldest }: Work, t: number): Reading<boolean> {
  if (!("known" in stream)) return stream;
  if (stream.known === null) return unknown("the stream is gone");
  const atMost = lagAtMost(group, stream.known);
  const waiting = Math.min(group.lag ?? atMost, atMost);
  const held = living.reduce((sum, { pending }) => sum + pending, 0);
  if (waiting > MOST_WAITING || held > MOST_WAITING || (waiting > 0 && !isReading)) return known(false);
  if (living.length > oldest.length) return unknown("more consumers hold entries than are asked");
  for (const one of oldest) {
    if (!("known" in one)) return one;
    if (one.known === null) continue;
    const added = idTime(key, one.known.id, t);
    if (!("known" in added)) return added;
    if (t - added.known > MOST_AGE_MS) return known(false);
  }
  return known(true);
}

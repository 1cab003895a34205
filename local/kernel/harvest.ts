import type { Redis } from "ioredis";
import { ACTIONS } from "../../lib/harvest/proposal";
import { type Keys, keysUnder } from "../../lib/redis/keys";
import { type Clock, elapse } from "../clock";
import { pythonFloat } from "./intent";
import { randomFrom, SYMBOLS } from "./traffic";

/** The publisher looks at its positions so often. */
export const ROUND_MS = 10_000;
/** A proposal that has not changed by more than this share is left as it is… */
const LEAST_CHANGE = 0.001;
/** …until so much time has passed. */
const LONGEST_SILENCE_MS = 60_000;
/** How often a proposal moves at all in a round, and how often a position is opened or closed. */
const MOVING = 0.3;
const TURNING = 0.02;
/** Below the score at which anybody is told. */
const HIGHEST_SCORE = 0.5;
/** The first symbols have a position from the start; those that are watched by default keep theirs. */
const OPEN_AT_START = 5;
const KEPT_OPEN = 3;

/** A proposal as it goes into its hash. */
export type ProposalFields = Readonly<Record<string, string>>;

interface Position {
  isOpen: boolean;
  /** The market leaves it alone: a scenario has said what becomes of it. */
  isHeld: boolean;
  score: number;
  rNet: number;
  written: { readonly score: number; readonly rNet: number; readonly atMs: number } | undefined;
}

/** The harvest publisher without its Redis: which positions are open, what is proposed, and when that is written. */
export class HarvestBook {
  readonly #positions: ReadonlyMap<string, Position>;
  readonly #random: () => number;
  readonly #moving: number;

  /** `moving` is the share of proposals that move in a round. */
  constructor(symbols: readonly string[], openAtStart: number, seed: number, moving = MOVING) {
    this.#moving = moving;
    this.#random = randomFrom(seed);
    this.#positions = new Map(
      symbols.map((symbol, place) => [
        symbol,
        {
          isOpen: place < openAtStart,
          isHeld: false,
          score: this.#random() * HIGHEST_SCORE,
          rNet: 8 * this.#random(),
          written: undefined,
        },
      ]),
    );
  }

  get open(): string[] {
    return [...this.#positions].flatMap(([symbol, { isOpen }]) => (isOpen ? [symbol] : []));
  }

  get closed(): string[] {
    return [...this.#positions].flatMap(([symbol, { isOpen }]) => (isOpen ? [] : [symbol]));
  }

  /** Opens a position where none is, and has its score stay at a value from now on, however high. */
  hold(symbol: string, score: number): void {
    this.#set(symbol, { isOpen: true, score });
  }

  /** Closes a position for good. */
  close(symbol: string): void {
    this.#set(symbol, { isOpen: false });
  }

  #set(symbol: string, what: Partial<Position>): void {
    const position = this.#positions.get(symbol);
    if (position) Object.assign(position, { isHeld: true, ...what });
  }

  /** Lets the market move, and now and then opens or closes a position; the first ones stay open. */
  move(): void {
    for (const [place, position] of [...this.#positions.values()].entries()) {
      if (place >= KEPT_OPEN && this.#random() < TURNING && !position.isHeld) position.isOpen = !position.isOpen;
      if (this.#random() >= this.#moving || position.isHeld) continue;
      position.score = Math.min(HIGHEST_SCORE, Math.max(0, position.score + (this.#random() - 0.5) / 10));
      position.rNet += (this.#random() - 0.5) / 2;
    }
  }

  /** What has to be written now: what changed, and what was not written for long; nothing without a position. */
  due(atMs: number): Map<string, ProposalFields> {
    const due = new Map<string, ProposalFields>();
    for (const [symbol, position] of this.#positions) {
      const { isOpen, score, rNet, written } = position;
      if (!isOpen) continue;
      const isQuiet = written && !hasChanged(written.score, score) && !hasChanged(written.rNet, rNet);
      if (isQuiet && atMs - written.atMs < LONGEST_SILENCE_MS) continue;
      position.written = { score, rNet, atMs };
      due.set(symbol, fieldsOf(score, rNet, atMs));
    }
    return due;
  }
}

const hasChanged = (from: number, to: number): boolean => Math.abs(to - from) > LEAST_CHANGE * Math.abs(from);

function fieldsOf(score: number, rNet: number, atMs: number): ProposalFields {
  const step = Math.min(ACTIONS.length - 1, Math.floor(score * ACTIONS.length));
  return {
    kill_score: pythonFloat(score),
    k_regime_flip: score > 0.7 ? "1" : "0",
    k_sigma_spike: pythonFloat(score / 2),
    k_ts_drop: pythonFloat(score / 4),
    k_age_penalty: pythonFloat(score / 3),
    R_net: pythonFloat(rNet),
    new_sl_proposed: step === 0 ? "" : pythonFloat(100 * (1 + rNet / 100)),
    harvest_action: ACTIONS[step] ?? "NONE",
    last_update_epoch: pythonFloat(atMs / 1000),
    computed_at_utc: new Date(atMs).toISOString().replace("Z", "000"),
  };
}

/** The book of the simulated kernel. */
export const simulatedBook = (seed: number): HarvestBook => new HarvestBook(SYMBOLS, OPEN_AT_START, seed);

/** Writes positions and proposals every 10 s, until told to end; what Redis misses is lost. */
export async function publishHarvest(redis: Redis, clock: Clock, book: HarvestBook, end: AbortSignal): Promise<void> {
  const keys = keysUnder();
  do {
    await clock.hold(() => writeRound(redis, keys, book, clock.now())).catch(() => undefined);
    book.move();
  } while (await elapse(clock, ROUND_MS, end));
}

async function writeRound(redis: Redis, keys: Keys, book: HarvestBook, atMs: number): Promise<void> {
  for (const symbol of book.open) await redis.hset(`${keys.position}:${symbol}`, { side: "LONG", quantity: "1.0" });
  for (const symbol of book.closed) await redis.del(`${keys.position}:${symbol}`);
  for (const [symbol, fields] of book.due(atMs)) await redis.hset(`${keys.harvestProposal}:${symbol}`, fields);
}

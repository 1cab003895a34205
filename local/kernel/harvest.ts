import type { Redis } from "ioredis";
import { type Keys, keysUnder } from "../../lib/redis/keys";
import { type Clock, elapse } from "../clock";
import { pythonFloat } from "./intent";
import { randomFrom, SYMBOLS } from "./traffic";

/** The publisher renews every proposal so often; the position state brain is quicker. */
export const ROUND_MS = 10_000;
const POSITIONS_MS = 5000;
/** A position key that nobody renews goes after this. */
const POSITION_TTL_SEC = 3600;
/** The portfolio heat gate lets the whole hash expire. */
const CALIBRATED_TTL_SEC = 300;
/** How often a proposal moves at all in a round, how often a position turns, and how often one is calibrated. */
const MOVING = 0.3;
const TURNING = 0.005;
const CALIBRATING = 0.01;
/** Scores of open positions, below the one at which anybody is told; those of flat ones mean nothing. */
const LOWEST_SCORE = 0.45;
const HIGHEST_SCORE = 0.58;
export const FLAT_SCORE = 0.896;
/** From this kill score on the position is to be closed. */
const CLOSING_SCORE = 0.6;
/** Below this R_net, as ordinarily, no stop-loss is proposed. */
const STOP_LOSS_R = 1.5;
const HIGHEST_R = 2.5;
/** The R_net from which a part of the position is to be taken off, the highest first. */
const PARTS = [
  [7, "PARTIAL_75"],
  [4, "PARTIAL_50"],
  [2, "PARTIAL_25"],
] as const;
/** The first symbols have a position from the start; those that are watched by default keep theirs. */
const OPEN_AT_START = 5;
const KEPT_OPEN = 3;
const PRICE = 100;

const NEVER_TRADED = ["UNIUSDT", "ATOMUSDT", "FILUSDT", "APTUSDT", "ARBUSDT", "OPUSDT", "SUIUSDT", "TRXUSDT"];

/** What has a position key and a proposal. */
export const CANDIDATES: readonly string[] = [...SYMBOLS, ...NEVER_TRADED];

/** A proposal or a position as it goes into its hash. */
export type HashFields = Readonly<Record<string, string>>;

interface Candidate {
  isOpen: boolean;
  /** The market leaves it alone: a scenario has said what becomes of it. */
  isHeld: boolean;
  score: number;
  rNet: number;
}

/** Position state brain and harvest publisher without their Redis: what is open, and what is proposed. */
export class HarvestBook {
  readonly #candidates: ReadonlyMap<string, Candidate>;
  readonly #random: () => number;
  readonly #moving: number;

  /** `moving` is the share of proposals that move in a round. */
  constructor(symbols: readonly string[], openAtStart: number, seed: number, moving = MOVING) {
    this.#moving = moving;
    this.#random = randomFrom(seed);
    this.#candidates = new Map(
      symbols.map((symbol, place) => [
        symbol,
        {
          isOpen: place < openAtStart,
          isHeld: false,
          score: LOWEST_SCORE + this.#random() * (HIGHEST_SCORE - LOWEST_SCORE),
          rNet: this.#random() * HIGHEST_R,
        },
      ]),
    );
  }

  get open(): string[] {
    return [...this.#candidates].flatMap(([symbol, { isOpen }]) => (isOpen ? [symbol] : []));
  }

  get flat(): string[] {
    return [...this.#candidates].flatMap(([symbol, { isOpen }]) => (isOpen ? [] : [symbol]));
  }

  /** Opens a position where none is, and has its score stay at a value from now on, however high. */
  hold(symbol: string, score: number): void {
    this.#set(symbol, { isOpen: true, score });
  }

  /** Closes a position for good. */
  close(symbol: string): void {
    this.#set(symbol, { isOpen: false });
  }

  #set(symbol: string, what: Partial<Candidate>): void {
    const candidate = this.#candidates.get(symbol);
    if (candidate) Object.assign(candidate, { isHeld: true, ...what });
  }

  /** Lets the market move, and now and then opens or closes a position; the first ones stay open. */
  move(): void {
    for (const [place, candidate] of [...this.#candidates.values()].entries()) {
      if (place >= KEPT_OPEN && this.#random() < TURNING && !candidate.isHeld) candidate.isOpen = !candidate.isOpen;
      if (this.#random() >= this.#moving || candidate.isHeld) continue;
      candidate.score = between(LOWEST_SCORE, candidate.score + (this.#random() - 0.5) / 20, HIGHEST_SCORE);
      candidate.rNet = between(-HIGHEST_R, candidate.rNet + (this.#random() - 0.5) / 2, HIGHEST_R);
    }
  }

  /** A position hash for every candidate, flat ones too; `atMs` is the writer's clock. */
  positions(atMs: number): Map<string, HashFields> {
    return this.#each((symbol, { isOpen }) => positionFields(symbol, isOpen, atMs));
  }

  /** A proposal for every candidate that has a position hash, flat or not. */
  proposals(atMs: number): Map<string, HashFields> {
    return this.#each((_, { isOpen, score, rNet }) => proposalFields(isOpen ? score : FLAT_SCORE, rNet, atMs));
  }

  /** Now and then, what the portfolio heat gate puts into the proposal of an open position. */
  calibrated(): Map<string, HashFields> {
    const drawn = this.open.filter(() => this.#random() < CALIBRATING);
    return new Map(
      drawn.slice(0, 1).map((symbol) => {
        const { score = 0, rNet = 0 } = this.#candidates.get(symbol) ?? {};
        return [symbol, { action: "PARTIAL_25", original_action: actionOf(score, rNet), calibrated: "1" }];
      }),
    );
  }

  #each(fieldsOf: (symbol: string, candidate: Candidate) => HashFields): Map<string, HashFields> {
    return new Map([...this.#candidates].map(([symbol, candidate]) => [symbol, fieldsOf(symbol, candidate)]));
  }
}

const between = (least: number, value: number, most: number): number => Math.min(most, Math.max(least, value));

function positionFields(symbol: string, isOpen: boolean, atMs: number): HashFields {
  return {
    symbol,
    side: isOpen ? "LONG" : "FLAT",
    quantity: isOpen ? "1.0" : "0.0",
    position_amt: isOpen ? "1.0" : "0.0",
    entry_price: pythonFloat(isOpen ? PRICE : 0),
    mark_price: pythonFloat(PRICE),
    unrealized_pnl: "0.0",
    leverage: "1",
    ts_epoch: String(Math.floor(atMs / 1000)),
    source: "position_state_brain",
  };
}

const actionOf = (score: number, rNet: number): string =>
  score >= CLOSING_SCORE ? "FULL_CLOSE_PROPOSED" : (PARTS.find(([least]) => rNet >= least)?.[1] ?? "NONE");

function proposalFields(score: number, rNet: number, atMs: number): HashFields {
  return {
    kill_score: pythonFloat(score),
    k_regime_flip: score > 0.7 ? "1" : "0",
    k_sigma_spike: pythonFloat(score / 2),
    k_ts_drop: pythonFloat(score / 4),
    k_age_penalty: pythonFloat(score / 3),
    R_net: pythonFloat(rNet),
    new_sl_proposed: rNet < STOP_LOSS_R ? "None" : pythonFloat(PRICE * (1 + rNet / 100)),
    harvest_action: actionOf(score, rNet),
    last_update_epoch: pythonFloat(atMs / 1000),
    computed_at_utc: new Date(atMs).toISOString().replace("Z", "000"),
  };
}

/** The book of the simulated kernel. */
export const simulatedBook = (seed: number): HarvestBook => new HarvestBook(CANDIDATES, OPEN_AT_START, seed);

/**
 * Writes positions every 5 s and proposals every 10 s, until told to end; what Redis misses is lost. The first turn is at
 * once, and `begun` is called when it is over.
 */
export async function publishHarvest(
  redis: Redis,
  clock: Clock,
  book: HarvestBook,
  end: AbortSignal,
  begun: () => void = () => {},
): Promise<void> {
  for (let turn = 0; turn === 0 || (await elapse(clock, POSITIONS_MS, end)); turn++) {
    const isRound = (turn * POSITIONS_MS) % ROUND_MS === 0;
    if (isRound && turn > 0) book.move();
    await clock
      .hold(async () => {
        await writePositions(redis, book, clock.now());
        if (isRound) await writeProposals(redis, book, clock.now());
      })
      .catch(() => undefined);
    if (turn === 0) begun();
  }
}

/** Every position with its time to live, in one turn. */
export async function writePositions(redis: Redis, book: HarvestBook, atMs: number, keys = keysUnder()): Promise<void> {
  const pipeline = redis.pipeline();
  for (const [symbol, fields] of book.positions(atMs)) {
    pipeline.hset(`${keys.position}:${symbol}`, fields).expire(`${keys.position}:${symbol}`, POSITION_TTL_SEC);
  }
  await pipeline.exec();
}

/** Every proposal in one turn, and what the heat gate makes of one of them. */
export async function writeProposals(
  redis: Redis,
  book: HarvestBook,
  atMs: number,
  keys: Keys = keysUnder(),
): Promise<void> {
  const pipeline = redis.pipeline();
  const keyOf = (symbol: string): string => `${keys.harvestProposal}:${symbol}`;
  for (const [symbol, fields] of book.proposals(atMs)) pipeline.hset(keyOf(symbol), fields);
  for (const [symbol, fields] of book.calibrated()) {
    pipeline.hset(keyOf(symbol), fields).expire(keyOf(symbol), CALIBRATED_TTL_SEC);
  }
  await pipeline.exec();
}

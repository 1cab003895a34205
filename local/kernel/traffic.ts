import type { Intent, Side } from "./intent";

/** What is traded: symbols with a price in USDT of the right order of magnitude. */
const PRICES = {
  BTCUSDT: 95_000,
  ETHUSDT: 3300,
  SOLUSDT: 145,
  BNBUSDT: 890,
  XRPUSDT: 2.1,
  DOGEUSDT: 0.14,
  ADAUSDT: 0.4,
  AVAXUSDT: 14,
  LINKUSDT: 14,
  DOTUSDT: 2.2,
  LTCUSDT: 75,
  NEARUSDT: 1.8,
} as const;

/** Symbols that are traded. */
export const SYMBOLS = Object.keys(PRICES);

// At least a second apart is at most 10 in a 10 s window, where the kernel trips above 20; a symbol that has to wait
// for three others is then in it at most 3 times, where the kernel trips above 5.
const LEAST_GAP_MS = 1000;
const OTHERS_BETWEEN = 3;
/** On top of the least gap, exponentially distributed: about 15 intents a minute. */
const MEAN_EXTRA_GAP_MS = 3000;
/** A typical order in USDT. */
const ORDER_USDT = 500;
const PRICE_SPREAD = 0.01;

/** Intents of a quiet market; the same seed gives the same intents with the same gaps. */
export class Traffic {
  readonly #random: () => number;
  #recent: readonly string[] = [];

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  /** Milliseconds until the next intent. */
  gap(): number {
    return LEAST_GAP_MS - Math.log(1 - this.#random()) * MEAN_EXTRA_GAP_MS;
  }

  /** The next intent, on any symbol but the last three. */
  next(): Intent {
    const eligible = SYMBOLS.filter((symbol) => !this.#recent.includes(symbol));
    // Squared, because some symbols are traded much more than others.
    const symbol = eligible[Math.floor(this.#random() ** 2 * eligible.length)] ?? "BTCUSDT";
    this.#recent = [symbol, ...this.#recent].slice(0, OTHERS_BETWEEN);
    return this.on(symbol, this.#random() < 0.5 ? "BUY" : "SELL");
  }

  /** An intent on a given symbol and side. */
  on(symbol: string, side: Side): Intent {
    const around = new Map<string, number>(Object.entries(PRICES)).get(symbol) ?? 1;
    const price = round(around * (1 + PRICE_SPREAD * (this.#random() - 0.5)));
    const quantity = round((ORDER_USDT * (0.5 + this.#random())) / price);
    return { symbol, side, price, quantity, correlationId: this.#hex(32), traceId: this.#hex(32) };
  }

  #hex(digits: number): string {
    return Array.from({ length: digits }, () => Math.floor(this.#random() * 16).toString(16)).join("");
  }
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}

/** Numbers in [0, 1) that depend on the seed alone: mulberry32, which is in the public domain. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

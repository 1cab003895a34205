import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Redis } from "ioredis";

import { FAMILIES } from "../../lib/collectors";
import { aclRules } from "../../lib/redis/read-only";
import { type Clock, realClock } from "../../local/clock";
import { type EmbeddedRedis, startRedis } from "../../local/embedded-redis";
import { Chain } from "../../local/kernel/chain";
import { Gate } from "../../local/kernel/gate";
import { publishHarvest, simulatedBook } from "../../local/kernel/harvest";
import { Traffic } from "../../local/kernel/traffic";
import { SAFE_MODE, SYMBOLS } from "../support/plain-reading";
import { selfSigned, writerOf } from "../support/redis-server";
import { USER } from "./environment";

/** Traffic has its seconds, in between marks. */
const EVERY_MS = 5000;
const INTENTS_AT_MS = 3500;
const PROPOSALS_AT_MS = 4000;
/** The seed of traffic and proposals. */
const SEED = 1;
/** The kernel allows 5 for a symbol in 10 s; some may fall into the next window. */
const BURST = 12;
const RIGHTS = aclRules({ topology: { kind: "single" }, db: 0, families: FAMILIES });

/** A Redis as production has it, by TLS and with a user who may read, and the simulated trading system that fills it. */
export class Market {
  readonly server: EmbeddedRedis;
  readonly ca: string;
  /** Of the user that reads. */
  readonly password: string;
  /** May do everything. */
  readonly writer: Redis;
  readonly #gate: Gate;
  readonly #traffic = new Traffic(SEED);
  readonly #end = new AbortController();
  /** Nothing is written before it resolves. */
  #still: Promise<void> = Promise.resolve();
  readonly #work: Promise<unknown>;

  /** Writing waits while the market is kept still. */
  readonly #clock: Clock = {
    ...realClock,
    hold: async (work) => {
      await this.#still;
      return work();
    },
  };

  private constructor(server: EmbeddedRedis, ca: string, password: string) {
    this.server = server;
    this.ca = ca;
    this.password = password;
    this.writer = writerOf(server, { tls: { ca } });
    this.#gate = new Gate(this.writer, Date.now);
    this.#work = Promise.all([this.#publish(), this.#harvest(), this.#execute()]);
  }

  static async start(): Promise<Market> {
    const [tls, password] = [await selfSigned(), randomBytes(24).toString("base64url")];
    const user = `user ${USER} on >${password} %R~quantum:* -@all ${RIGHTS.join(" ")}`;
    return new Market(await startRedis({ tls, config: [user] }), tls.ca, password);
  }

  /** Sends intents until the circuit breaker trips; resolves with the time at which safe mode was written. */
  async trip(): Promise<number> {
    for (let sent = 0; sent < BURST; sent++) {
      const { is } = await this.#gate.attempt(this.#traffic.on("BTCUSDT", "BUY"));
      if (is === "tripped") return Date.now();
    }
    throw new Error(`the breaker did not trip within ${BURST} intents`);
  }

  /** Lifts safe mode as an operator does; resolves with the time of it. */
  async release(): Promise<number> {
    await this.writer.del(SAFE_MODE);
    return Date.now();
  }

  /** Lets the server crash; resolves with the time of it. */
  async crash(): Promise<number> {
    await this.server.kill();
    return Date.now();
  }

  /** Keeps the trading system from writing while something is done. */
  async keptStill<T>(work: () => Promise<T>): Promise<T> {
    const done = work();
    this.#still = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  async stop(): Promise<void> {
    this.#end.abort();
    this.writer.disconnect();
    await this.#work;
    await this.server.stop();
  }

  async #publish(): Promise<void> {
    let sent = 0;
    while (await this.#phase(INTENTS_AT_MS)) {
      await this.#still;
      const symbol = SYMBOLS[sent++ % SYMBOLS.length] ?? "BTCUSDT";
      await this.#gate.attempt(this.#traffic.on(symbol, "SELL")).catch(() => undefined);
    }
  }

  async #harvest(): Promise<void> {
    if (!(await this.#phase(PROPOSALS_AT_MS))) return;
    await publishHarvest(this.writer, this.#clock, simulatedBook(SEED), this.#end.signal);
  }

  async #execute(): Promise<void> {
    if (!(await this.#phase(PROPOSALS_AT_MS))) return;
    await new Chain({ redis: this.writer, clock: this.#clock }).run(this.#end.signal);
  }

  /** Waits for the next five seconds' moment; false when it is over before. */
  #phase(atMs: number): Promise<boolean> {
    const waitMs = (((atMs - Date.now()) % EVERY_MS) + EVERY_MS) % EVERY_MS;
    return delay(waitMs === 0 ? EVERY_MS : waitMs, true, { signal: this.#end.signal }).catch(() => false);
  }
}

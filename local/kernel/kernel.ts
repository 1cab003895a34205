import { Redis } from "ioredis";
import { type Clock, elapse, realClock } from "../clock";
import { EmbeddedRedis } from "../embedded-redis";
import { Chain } from "./chain";
import { entryIds } from "./entry-ids";
import { Execution } from "./execution";
import { Gate } from "./gate";
import { type HarvestBook, publishHarvest, simulatedBook } from "./harvest";
import { WATCHING_USER } from "../watching-user";
import type { Intent } from "./intent";
import { liftLockdown, lockDown } from "./lockdown";
import { Narrator } from "./narrator";
import type { Happening, Scenario, Step } from "./scenarios";
import { TimeKeeper } from "./time-keeper";
import { Traffic } from "./traffic";

export interface KernelOptions {
  /** Where it writes: a server of our own, never an address. */
  readonly redis: EmbeddedRedis;
  readonly scenario: Scenario;
  /** Makes the traffic another one; the same seed repeats it. */
  readonly seed?: number | undefined;
  /** Told what happens, a line of words at a time. */
  readonly onEvent?: (text: string) => void;
  /** What the timeline and the kernel go by; one that is faster than time takes the server's expiries along. */
  readonly clock?: Clock;
}

export interface Kernel {
  /**
   * Resolves once the first round is over: positions, proposals, groups with their streams, and an intent where they are
   * published from the start. It never rejects; what Redis misses is lost.
   */
  readonly ready: Promise<void>;
  /** Nothing is written any more once it resolves; the server is left as it is. */
  stop(): Promise<void>;
}

/** Between two intents of a publisher that does not ask the kernel. */
const BYPASS_MS = 1000;
const COMMAND_LIMIT_MS = 1000;
const RECONNECT_MS = 100;

/**
 * Plays a scenario on a simulated trading system. It writes, so it takes nothing but a server that `startRedis`
 * started, and throws TypeError otherwise.
 */
export function startKernel(options: KernelOptions): Kernel {
  if (!EmbeddedRedis.is(options.redis)) {
    throw new TypeError("the simulated kernel writes: it takes only a server that startRedis started");
  }
  return new Simulation(options);
}

class Simulation implements Kernel {
  readonly #redis: EmbeddedRedis;
  readonly #clock: Clock;
  readonly #seed: number;
  readonly #client: Redis;
  readonly #gate: Gate;
  readonly #execution: Execution;
  readonly #chain: Chain;
  readonly #book: HarvestBook;
  readonly #narrator: Narrator;
  readonly #end = new AbortController();
  readonly #happenings: Promise<void>[] = [];
  readonly ready: Promise<void>;
  readonly #played: Promise<void>;
  readonly #publishing = new AbortController();

  constructor(options: KernelOptions) {
    const { redis, scenario, seed = 1, clock = realClock, onEvent } = options;
    this.#redis = redis;
    this.#clock = clock;
    this.#seed = seed;
    this.#client = new Redis({
      host: redis.host,
      port: redis.port,
      lazyConnect: true,
      // An attempt that Redis misses is lost, as it is for the real kernel; none is made up for later.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_LIMIT_MS,
      retryStrategy: () => RECONNECT_MS,
    });
    // What a lost connection means is told by the attempt that fails.
    this.#client.on("error", () => {});
    this.#gate = new Gate(this.#client, clock.now, clock.onMove ? { entryId: entryIds(clock.now) } : {});
    const keeper = new TimeKeeper(this.#client, clock);
    clock.onMove?.(() => keeper.turn());
    this.#chain = new Chain({
      redis: this.#client,
      clock,
      ...(clock.onMove ? { entryIds: () => entryIds(clock.now) } : {}),
      onDeath: (stream, consumer) => keeper.ages(stream, consumer),
    });
    this.#execution = new Execution(this.#client);
    this.#book = simulatedBook(seed);
    this.#narrator = new Narrator((text) => {
      if (!this.#end.signal.aborted) onEvent?.(text);
    });
    this.ready = this.#begin(scenario);
    this.#played = this.ready.then(() => this.#play(scenario));
  }

  async stop(): Promise<void> {
    this.#end.abort();
    this.#client.disconnect();
    await this.#played;
  }

  /** What is there from the start, of a system that has been at work before anybody looks. */
  async #begin({ timeline }: Scenario): Promise<void> {
    await this.#clock.hold(() => this.#client.connect()).catch((error: unknown) => this.#narrator.failed(error));
    const atOnce = timeline.filter(({ at }) => at === 0);
    for (const step of atOnce) this.#happen(step, timeline.indexOf(step));
    if (atOnce.some(({ does }) => does === "publish")) {
      await this.#attempt(new Traffic(this.#seed + timeline.length).next());
    }
    await Promise.all([
      new Promise<void>((begun) => {
        this.#happenings.push(publishHarvest(this.#client, this.#clock, this.#book, this.#end.signal, begun));
      }),
      new Promise<void>((begun) => {
        this.#happenings.push(this.#chain.run(this.#end.signal, begun));
      }),
    ]);
  }

  async #play({ timeline }: Scenario): Promise<void> {
    let at = 0;
    for (const step of timeline.filter((one) => one.at > 0)) {
      if (!(await elapse(this.#clock, (step.at - at) * 1000, this.#end.signal))) break;
      at = step.at;
      this.#happen(step, timeline.indexOf(step));
    }
    await Promise.all(this.#happenings);
  }

  #happen(step: Step, index: number): void {
    this.#narrator.happening(step);
    this.#happenings.push(this.#perform(step, index).catch((error: unknown) => this.#narrator.failed(error)));
  }

  async #perform(what: Happening, index: number): Promise<void> {
    // Traffic of its own for each happening: what one draws must not depend on how far another has come.
    const traffic = new Traffic(this.#seed + index);
    switch (what.does) {
      case "publish":
        return this.#publish(traffic);
      case "stop-publishing":
        return this.#publishing.abort();
      case "burst":
        return this.#repeat(what.attempts, what.everyMs, () => this.#attempt(traffic.on(what.symbol, what.side)));
      case "bypass": {
        const { symbol, side, isExit } = what;
        return this.#repeat(what.count, BYPASS_MS, () => this.#bypass(traffic.on(symbol, side), isExit));
      }
      case "lock-down":
        return this.#asking(() => lockDown(this.#client, what.reason, this.#clock.now()));
      case "lift-lockdown":
        return this.#asking(() => liftLockdown(this.#client));
      case "margin-failures":
        return this.#repeat(what.count, what.everyMs, () => this.#marginFailure());
      case "kill-score":
        return this.#book.hold(what.symbol, what.score);
      case "close-position":
        return this.#book.close(what.symbol);
      case "lose-bridge":
        return this.#chain.loseBridge(what.intents);
      case "rotate-password":
        return this.#clock.hold(() => this.#rotatePassword());
      case "restore-password":
        return this.#clock.hold(() => this.#setPassword(WATCHING_USER.password));
      case "close-all":
        return this.#book.open.forEach((symbol) => this.#book.close(symbol));
      case "kill-redis":
        return this.#clock.hold(() => this.#redis.kill());
      case "restart-redis":
        return this.#clock.hold(() => this.#restart());
    }
  }

  /** Redis asks for a password when one logs in and never again, so who is logged in is cut off. */
  async #rotatePassword(): Promise<void> {
    await this.#setPassword("rotated");
    await this.#client.call("CLIENT", "KILL", "USER", WATCHING_USER.name);
  }

  async #setPassword(password: string): Promise<void> {
    await this.#client.call("ACL", "SETUSER", WATCHING_USER.name, "resetpass", `>${password}`);
  }

  /** Over when the kernel is connected again: it may try anew only every so often in real time. */
  async #restart(): Promise<void> {
    await this.#redis.restart();
    if (this.#client.status === "ready" || this.#end.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#client.once("ready", () => resolve());
      this.#end.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  async #publish(traffic: Traffic): Promise<void> {
    const until = AbortSignal.any([this.#end.signal, this.#publishing.signal]);
    while (await elapse(this.#clock, traffic.gap(), until)) await this.#attempt(traffic.next());
  }

  async #repeat(times: number, everyMs: number, attempt: () => Promise<void>): Promise<void> {
    for (let done = 0; done < times && !this.#end.signal.aborted; done++) {
      await attempt();
      await elapse(this.#clock, everyMs, this.#end.signal);
    }
  }

  #attempt(intent: Intent): Promise<void> {
    return this.#asking(async () => this.#narrator.attempted(intent, await this.#gate.attempt(intent)));
  }

  #bypass(intent: Intent, isExit: boolean): Promise<void> {
    return this.#asking(() => this.#gate.bypass(intent, isExit));
  }

  #marginFailure(): Promise<void> {
    return this.#asking(async () => this.#narrator.marginFailed(await this.#execution.marginFailure()));
  }

  async #asking(ask: () => Promise<void>): Promise<void> {
    try {
      // The client would refuse too, in words that speak of its own settings.
      if (this.#client.status !== "ready") throw new Error("no connection");
      await this.#clock.hold(ask);
    } catch (error) {
      this.#narrator.failed(error);
    }
  }
}

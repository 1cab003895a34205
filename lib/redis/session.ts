import { CollectError } from "../errors";
import type { RedisHealth } from "../exporter";
import type { Reading } from "../reading";
import type { RedisLink } from "./link";
import type { Entry, GroupInfo, Info, ReadOnly, StreamInfo } from "./read-only";
import {
  isAboutData,
  isNoGroup,
  isNoSuchKey,
  parseEntries,
  parseGroups,
  parseInfo,
  parseOldestPending,
  parseStreamInfo,
  parseText,
  parseTime,
  reading,
  readingOfEach,
} from "./replies";
import type { Reply, Request } from "./request";

interface Waiting {
  readonly request: Request;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One sample's conversation with Redis, in turns: what all collectors ask in one round of the event loop leaves
 * together, and nothing more is asked until all of it is answered.
 */
export class RedisSession implements ReadOnly {
  readonly #link: RedisLink;
  readonly #deadline: number;
  #waiting: Waiting[] = [];
  #isBusy = false;
  #turns = 0;
  #sentAt = 0;
  #keysAsked = 0;
  #keysAnswered = 0;
  #serversAnswered = 0;
  #refusal: Error | undefined;
  #failure: Error | undefined;
  #startedAt: number | undefined;
  #endedAt: number | undefined;
  #skewMs: number | undefined;

  constructor(link: RedisLink, limitMs: number) {
    this.#link = link;
    this.#deadline = Date.now() + limitMs;
  }

  async get(key: string): Promise<Reading<string | null>> {
    return reading(key, await this.#ask({ key, commands: [["GET", key]] }), parseText);
  }

  async getWithTtl(key: string): Promise<{ value: Reading<string | null>; ttlMs: number }> {
    const request: Request = {
      key,
      commands: [
        ["GET", key],
        ["PTTL", key],
      ],
    };
    const reply = await this.#ask(request);
    if (!Array.isArray(reply)) throw new CollectError(`${key}: ${reply instanceof Error ? reply.message : "no reply"}`);
    const [value, ttl] = reply as Reply[];
    if (typeof ttl !== "number") throw new CollectError(`${key}: PTTL gave ${String(ttl)}`);
    return { value: reading(key, value, parseText), ttlMs: ttl };
  }

  async stream(key: string): Promise<Reading<StreamInfo | null>> {
    const reply = await this.#ask({ key, commands: [["XINFO", "STREAM", key]] });
    return isNoSuchKey(reply) ? { known: null } : reading(key, reply, parseStreamInfo);
  }

  async range(key: string, from: string, to: string, count: number): Promise<Reading<Entry[]>> {
    const reply = await this.#ask({ key, commands: [["XRANGE", key, from, to, "COUNT", String(count)]] });
    return reading(key, reply, parseEntries);
  }

  async newest(key: string, from: string, to: string, count: number): Promise<Reading<Entry[]>> {
    const reply = await this.#ask({ key, commands: [["XREVRANGE", key, from, to, "COUNT", String(count)]] });
    return reading(key, reply, parseEntries);
  }

  async time(): Promise<number> {
    const reply = await this.#ask({ key: undefined, commands: [["TIME"]] });
    if (reply instanceof Error) throw new CollectError(`TIME: ${reply.message}`, { cause: reply });
    const serverMs = parseTime(reply);
    this.#skewMs = Math.round(serverMs - (this.#sentAt + Date.now()) / 2);
    return serverMs;
  }

  async groups(key: string): Promise<Reading<readonly GroupInfo[]>> {
    const reply = await this.#ask({ key, commands: [["XINFO", "GROUPS", key]] });
    return isNoSuchKey(reply) ? { known: [] } : reading(key, reply, parseGroups);
  }

  async oldestPending(key: string, group: string): Promise<Reading<string | null>> {
    const reply = await this.#ask({ key, commands: [["XPENDING", key, group, "-", "+", "1"]] });
    // Gone since it was listed.
    return isNoSuchKey(reply) || isNoGroup(reply) ? { known: null } : reading(key, reply, parseOldestPending);
  }

  async info(section: string): Promise<Reading<readonly Info[]>> {
    const replies = await this.#ask({ key: undefined, commands: [["INFO", section]], ofEach: true });
    return readingOfEach(`INFO ${section}`, replies, parseInfo);
  }

  async slowLogLength(): Promise<Reading<readonly number[]>> {
    const replies = await this.#ask({ key: undefined, commands: [["SLOWLOG", "LEN"]], ofEach: true });
    return readingOfEach("SLOWLOG LEN", replies, Number);
  }

  /** How it went; asked after the last collector is done. */
  health(): RedisHealth {
    // INFO is answered also while keys are refused (LOADING), so where keys were asked for, they decide.
    const answered = this.#keysAsked > 0 ? this.#keysAnswered : this.#serversAnswered;
    const error = this.#failure ?? (answered === 0 ? this.#refusal : undefined);
    return {
      isUp: this.#failure === undefined && answered > 0,
      ...(error === undefined ? {} : { error: error.message }),
      ...(this.#startedAt === undefined || this.#endedAt === undefined
        ? {}
        : { durationMs: Math.round(1000 * (this.#endedAt - this.#startedAt)) / 1000 }),
      ...(this.#skewMs === undefined ? {} : { skewMs: this.#skewMs }),
    };
  }

  #ask(request: Request): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#takeTurn();
    });
  }

  #takeTurn(): void {
    if (this.#isBusy || this.#waiting.length === 0) return;
    this.#isBusy = true;
    setImmediate(() => void this.#turn(this.#waiting.splice(0)));
  }

  async #turn(asked: readonly Waiting[]): Promise<void> {
    try {
      if (this.#failure) throw this.#failure;
      const replies = await this.#link.send({
        requests: asked.map(({ request }) => request),
        mayReconnect: this.#turns++ === 0,
        deadline: this.#deadline,
        onSend: () => {
          this.#startedAt ??= performance.now();
          this.#sentAt = Date.now();
        },
      });
      this.#endedAt = performance.now();
      for (const [index, one] of asked.entries()) this.#answer(one, replies[index]);
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
      const { message } = this.#failure;
      for (const one of asked) one.reject(new CollectError(message, { cause: this.#failure }));
    } finally {
      this.#isBusy = false;
      this.#takeTurn();
    }
  }

  #answer({ request, resolve }: Waiting, reply: Reply): void {
    const refusal = (request.ofEach ? (reply as Reply[]) : [reply]).find((one) => one instanceof Error);
    const isRefused = refusal !== undefined && !isAboutData(refusal);
    if (request.key !== undefined) this.#keysAsked += 1;
    if (isRefused) this.#refusal ??= refusal;
    else if (request.key !== undefined) this.#keysAnswered += 1;
    // TIME is answered also by a server that lets us read nothing.
    else if (request.ofEach) this.#serversAnswered += 1;
    resolve(reply);
  }
}

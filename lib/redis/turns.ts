import { CollectError } from "../errors";
import type { RedisHealth } from "../exporter";
import type { RedisLink } from "./link";
import { isAboutData, isUnavailable } from "./replies";
import type { Reply, Request } from "./request";
import { whyOf } from "./why";

interface Waiting {
  readonly requests: readonly Request[];
  readonly resolve: (replies: Reply[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One sample's conversation with Redis, in turns: what all collectors ask in one round of the event loop leaves
 * together, and nothing more is asked until all of it is answered.
 */
export class Turns {
  readonly #link: RedisLink;
  readonly #deadline: number;
  #waiting: Waiting[] = [];
  #isBusy = false;
  #taken = 0;
  #sent = 0;
  #keysAsked = 0;
  #keysAnswered = 0;
  #serversAnswered = 0;
  #refusal: Error | undefined;
  #failure: Error | undefined;
  #startedAt: number | undefined;
  #endedAt: number | undefined;

  constructor(link: RedisLink, limitMs: number) {
    this.#link = link;
    this.#deadline = Date.now() + limitMs;
  }

  /** When the last turn left, epoch milliseconds. */
  get sentAt(): number {
    return this.#sent;
  }

  /** How it went; asked after the last collector is done. */
  health(): Omit<RedisHealth, "skewMs"> {
    // INFO and TIME are answered also while keys are refused (LOADING), so where keys were asked for, they decide.
    const answered = this.#keysAsked > 0 ? this.#keysAnswered : this.#serversAnswered;
    const error = this.#failure ?? (answered === 0 ? this.#refusal : undefined);
    return {
      isUp: this.#failure === undefined && answered > 0,
      ...(error === undefined ? {} : { error: error.message, why: whyOf(error) }),
      ...(this.#startedAt === undefined || this.#endedAt === undefined
        ? {}
        : { durationMs: Math.round(1000 * (this.#endedAt - this.#startedAt)) / 1000 }),
    };
  }

  /** Asks one thing in the next turn; rejects with CollectError where the conversation fails. */
  async ask(request: Request): Promise<Reply> {
    return (await this.askAll([request]))[0];
  }

  /** Asks several things that leave and come back together, in their order. */
  askAll(requests: readonly Request[]): Promise<Reply[]> {
    if (requests.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ requests, resolve, reject });
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
        requests: asked.flatMap(({ requests }) => requests),
        mayReconnect: this.#taken++ === 0,
        deadline: this.#deadline,
        onSend: () => {
          this.#startedAt ??= performance.now();
          this.#sent = Date.now();
        },
      });
      this.#endedAt = performance.now();
      let next = 0;
      for (const { requests, resolve } of asked) {
        const own = replies.slice(next, next + requests.length);
        next += requests.length;
        for (const [place, request] of requests.entries()) this.#note(request, own[place]);
        resolve(own);
      }
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
      const { message } = this.#failure;
      for (const one of asked) one.reject(new CollectError(message, { cause: this.#failure }));
    } finally {
      this.#isBusy = false;
      this.#takeTurn();
    }
  }

  #note({ key, ofEach }: Request, reply: Reply): void {
    // A server that keeps its own numbers from us is up for all that; one that keeps its keys is of no use.
    const isAnswer = key === undefined ? isUnavailable : isAboutData;
    const replies = ofEach ? (reply as Reply[]) : [reply];
    const refusal = replies.find((one) => one instanceof Error && !isAnswer(one)) as Error | undefined;
    if (key !== undefined) this.#keysAsked += 1;
    if (refusal !== undefined) this.#refusal ??= refusal;
    else if (key === undefined) this.#serversAnswered += 1;
    else this.#keysAnswered += 1;
  }
}

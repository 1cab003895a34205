import { NotAnswered } from "./bulk";
import { type Connection, open } from "./connection";
import { type Credentials, credentialsFor, type CredentialsSource } from "./credentials";
import { within } from "../deadline";
import { CONNECT_LIMIT_MS, CREDENTIALS_LIMIT_MS, TURN_LIMIT_MS } from "./limits";
import { isMoved } from "./replies";
import { OversizedReply } from "./oversized";
import type { Reply, Request } from "./request";
import type { RedisSettings } from "./settings";
import { CredentialsError, isLoginRefused } from "./why";

/** What one sample asks at once. */
export interface Turn {
  readonly requests: readonly Request[];
  readonly mayReconnect: boolean;
  /** Epoch milliseconds by which the sample ends. */
  readonly deadline: number;
  /** Called when the requests leave, again if they leave a second time. */
  readonly onSend: () => void;
}

/** What gave too large a reply is not asked again for so long: each time costs a connection. */
const NOT_ASKED_FOR_MS = 300_000;
/** A value, or a field of a hash, may be replaced by a short one at any time. */
const VALUE_NOT_ASKED_FOR_MS = 60_000;

/** What is remembered of a request whose reply was too large. */
interface TooLarge {
  readonly reply: OversizedReply;
  /** Entries that were asked for. */
  readonly asked: number;
  readonly until: number;
}

/** The sandbox's one connection, kept warm between samples; a dead one is replaced once within a sample. */
export class RedisLink {
  readonly #settings: RedisSettings;
  readonly #credentials: CredentialsSource;
  readonly #now: () => number;
  readonly #oversized = new Map<string, TooLarge>();
  #connection: Connection | undefined;

  constructor(settings: RedisSettings, now: () => number = Date.now) {
    this.#settings = settings;
    this.#now = now;
    this.#credentials = credentialsFor(settings.authentication, now);
  }

  /**
   * Sends one turn over the warm connection, or over a new one; rejects when neither answers in time. A reply that is
   * too large costs only its own request: the rest is asked again, and the same is not asked for some minutes.
   */
  async send(turn: Turn): Promise<Reply[]> {
    const replies = turn.requests.map((request) => this.#tooLarge(request));
    let left = [...replies.keys()].filter((place) => replies[place] === undefined);
    for (let { mayReconnect } = turn; left.length > 0; mayReconnect = true) {
      const requests = left.map((place) => turn.requests[place] as Request);
      const given = await this.#sendOnce({ ...turn, requests, mayReconnect });
      for (const [index, place] of left.entries()) replies[place] = given[index];
      const isCut = given.some((reply) => oversizedIn(reply)?.isCut);
      for (const place of left) this.#remember(turn.requests[place] as Request, replies[place]);
      if (!isCut) break;
      this.close();
      left = left.filter((place) => eachOf(replies[place]).some((one) => one instanceof NotAnswered));
    }
    return replies;
  }

  /** What is said of a request whose last reply was too large, while it is not asked again; else undefined. */
  #tooLarge(request: Request): Reply {
    const found = this.#oversized.get(nameOf(request));
    if (found === undefined || this.#now() >= found.until || askedIn(request) < found.asked) return undefined;
    return request.ofEach ? [found.reply] : found.reply;
  }

  #remember(request: Request, reply: Reply): void {
    const cut = oversizedIn(reply);
    if (cut === undefined) return;
    for (const [name, { until }] of this.#oversized) if (this.#now() >= until) this.#oversized.delete(name);
    this.#oversized.set(nameOf(request), {
      reply: cut,
      asked: askedIn(request),
      until: this.#now() + (isOfValue(request) ? VALUE_NOT_ASKED_FOR_MS : NOT_ASKED_FOR_MS),
    });
  }

  async #sendOnce(turn: Turn): Promise<Reply[]> {
    const warm = this.#connection;
    if (warm === undefined) return this.#sendAnew(turn);
    try {
      const replies = await this.#sendOver(warm, turn);
      // A cluster that has moved keys since we connected: only a new connection asks anew where they are.
      if (!turn.mayReconnect || !replies.some((one) => isMoved(one) || isLoginRefused(one))) return replies;
      this.close();
    } catch (error) {
      if (!turn.mayReconnect) throw error;
    }
    return this.#sendAnew(turn);
  }

  /** Over a new connection; and over another where what we logged in with was kept and has been rotated since. */
  async #sendAnew(turn: Turn): Promise<Reply[]> {
    try {
      const replies = await this.#sendOver(await this.#open(turn.deadline), turn);
      if (!replies.some(isLoginRefused) || !this.#credentials.forget()) return replies;
      this.close();
    } catch (error) {
      if (!isLoginRefused(error) || !this.#credentials.forget()) throw error;
    }
    return this.#sendOver(await this.#open(turn.deadline), turn);
  }

  /** Names of the nodes behind the connection, which is opened where there is none. */
  async nodes(deadline: number): Promise<readonly string[]> {
    return (this.#connection ?? (await this.#open(deadline))).nodes();
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  async #open(deadline: number): Promise<Connection> {
    const opening = open(this.#settings, await this.#login(deadline));
    try {
      const opened = await within(CONNECT_LIMIT_MS, deadline, "connecting to Redis", opening);
      this.#connection = opened;
      return opened;
    } catch (error) {
      // What comes too late is closed, not kept.
      opening.then((late) => late.close()).catch(() => undefined);
      throw error;
    }
  }

  async #login(deadline: number): Promise<Credentials> {
    try {
      return await within(CREDENTIALS_LIMIT_MS, deadline, "credentials for Redis", this.#credentials.get());
    } catch (error) {
      throw new CredentialsError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  async #sendOver(connection: Connection, { requests, deadline, onSend }: Turn): Promise<Reply[]> {
    try {
      onSend();
      return await within(TURN_LIMIT_MS, deadline, "an answer from Redis", connection.send(requests));
    } catch (error) {
      this.close();
      throw error;
    }
  }
}

/** The whole command, but for the ends of a page, which differ from slot to slot. */
const nameOf = ({ key, command, asked }: Request): string =>
  asked === undefined ? command.join(" ") : `${command[0]} ${key}`;

const askedIn = ({ asked = 1 }: Request): number => asked;

const eachOf = (reply: Reply): readonly Reply[] => (Array.isArray(reply) ? reply : [reply]);

const isOfValue = ({ command: [name] }: Request): boolean => name === "GET" || name === "HMGET";

function oversizedIn(reply: Reply): OversizedReply | undefined {
  return eachOf(reply).find((one) => one instanceof OversizedReply);
}

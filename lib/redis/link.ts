import { type Connection, open } from "./connection";
import { type Credentials, credentialsFor, type CredentialsSource } from "./credentials";
import { within } from "../deadline";
import { CONNECT_LIMIT_MS, CREDENTIALS_LIMIT_MS, TURN_LIMIT_MS } from "./limits";
import { isMoved } from "./replies";
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

/** The sandbox's one connection, kept warm between samples; a dead one is replaced once within a sample. */
export class RedisLink {
  readonly #settings: RedisSettings;
  readonly #credentials: CredentialsSource;
  #connection: Connection | undefined;

  constructor(settings: RedisSettings, now: () => number = Date.now) {
    this.#settings = settings;
    this.#credentials = credentialsFor(settings.authentication, now);
  }

  /** Sends one turn over the warm connection, or over a new one; rejects when neither answers in time. */
  async send(turn: Turn): Promise<Reply[]> {
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

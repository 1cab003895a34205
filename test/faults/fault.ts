import type { Redis } from "ioredis";

import type { MetricApi } from "../support/metric-api";
import type { EmbeddedRedis, RedisOptions } from "../../local/embedded-redis";
import type { FaultyProxy } from "./faulty-proxy";
import type { Lambda } from "./lambda";

/** What a fault may be done to: one trading system and its watch, on servers and in processes of their own. */
export interface Scene {
  /** What the function asks for its readings leads through it. */
  readonly proxy: FaultyProxy;
  /** The server that holds the data: the first, or whichever took over. */
  readonly server: EmbeddedRedis;
  /** All servers of the scene, the first holds the data at the beginning. */
  readonly servers: readonly EmbeddedRedis[];
  /** Past the proxy, to the server that holds the data. */
  readonly writer: Redis;
  readonly api: MetricApi;
  readonly lambda: Lambda;
  /** Writes all that a trading system at work holds, over what is there; the stream of intents begins anew, or stays. */
  refill(intents?: "intents anew" | "intents stay"): Promise<void>;
  /** What Secrets Manager gives from now on. */
  secret: string;
  /** The trading system writes nothing between slots. */
  stopsWriting(isStopped: boolean): void;
  /** Another server holds the data from now on. */
  takesOver(server: EmbeddedRedis | undefined): void;
}

export type Kind = "network" | "server" | "data" | "lambda" | "api";

/** How Redis is reached: by its address, with TLS, through a sentinel, or with a secret from Secrets Manager. */
export type Way = "single" | "tls" | "sentinel" | "secret" | "names";

/** When things happen, in seconds after the minute in which a scene begins. */
export interface Plan {
  /** Minutes for which EventBridge sends an event. */
  readonly events: readonly number[];
  readonly begin: number;
  readonly end: number;
  /** The last slot that is looked at. */
  readonly last: number;
}

/** Two slots of a quarter of a minute each: before the fault, while it lasts, and after it. */
export const USUAL_PLAN: Plan = { events: [0], begin: 22, end: 52, last: 75 };

/** Something that goes wrong for a while, and what has to be known to judge it. */
export interface Fault {
  readonly kind: Kind;
  /** A phrase that ends the sentence “what happens when …”. */
  readonly name: string;
  readonly way?: Way;
  readonly config?: RedisOptions["config"];
  /** Variables of the function besides the usual ones. */
  readonly env?: Readonly<Record<string, string>>;
  /** Runs in the short part as well: the first of its sort. */
  readonly isShort?: true;
  readonly plan?: Plan;
  readonly begin: (scene: Scene) => unknown;
  /** By default the proxy and the API are well again. */
  readonly end?: (scene: Scene) => unknown;
  /** Slots that go by without a sample, and by whom that is told: the fault stops the function itself. */
  readonly loses?: readonly Lost[];
  /** The slot after it with which all is there again, where that is not the first, by what the fault itself leaves. */
  readonly recovers?: number | "later";
  /** What is read while it lasts cannot be compared with what Redis holds, and why. */
  readonly isUnjudged?: string;
  /** The same sample may be sent twice, and why. */
  readonly mayDouble?: string;
}

/** Slots that were left out are counted in a line of the log; of a run that died Lambda tells itself. */
export type Lost = "counted in the log" | "told by Lambda";

/** A list of faults of one kind, each checked as it is written down. */
export const faultsOf = (kind: Kind, all: readonly Omit<Fault, "kind">[]): Fault[] =>
  all.map((one) => ({ ...one, kind }));

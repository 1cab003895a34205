import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { contractGroups, type Keys, keysUnder } from "../../lib/redis/keys";
import { type Clock, elapse } from "../clock";
import { INTENTS_MAXLEN } from "./gate";
import { pythonFloat } from "./intent";

/** Often enough that nothing is seen to wait for a healthy service. */
const POLL_MS = 1000;
const MOST_ENTRIES = 100;
/** Consumers are named by host and process id, so that a service that starts again has another name. */
const HOST = "quantum-1";
const FIRST_PID = 4021;
/** How far apart the process ids of a service and of its successor are. */
const PID_STEP = 356;
const HASH_DIGITS = 16;

type Fields = Readonly<Record<string, string>>;

/** A service that reads one stream for its group, and may write what comes of each entry to another stream. */
interface Service {
  readonly stream: string;
  readonly group: string;
  readonly to?: string;
  readonly fieldsOf?: (id: string, fields: Fields, atMs: number) => Fields;
  pid: number;
}

export interface ChainOptions {
  readonly redis: Redis;
  readonly clock: Clock;
  readonly keys?: Keys;
  /** Makes the IDs of one stream, as XADD takes them. */
  readonly entryIds?: () => () => string;
  /** Told the name of a consumer that died, with its stream. */
  readonly onDeath?: (stream: string, consumer: string) => void;
}

/**
 * The simulated services behind the kernel: the intent bridge makes a plan of each intent, the apply layer a result of
 * each plan, and the execution service reads the results. A Redis that does not answer, or comes back empty, is asked
 * again at the next turn.
 */
export class Chain {
  readonly #options: ChainOptions;
  readonly #bridge: Service;
  readonly #services: readonly Service[];
  readonly #ids: ReadonlyMap<string, () => string>;
  /** Entries that the bridge still takes before it dies. */
  #dying = 0;

  constructor(options: ChainOptions) {
    this.#options = options;
    const { keys = keysUnder(), entryIds = () => () => "*" } = options;
    const { intents, applyPlan, applyResult } = keys;
    const [bridge = "", execution = ""] = Object.values(contractGroups(keys)).flat();
    this.#bridge = { stream: intents, group: bridge, to: applyPlan, fieldsOf: planOf, pid: FIRST_PID };
    this.#services = [
      this.#bridge,
      { stream: applyPlan, group: "apply_layer", to: applyResult, fieldsOf: resultOf, pid: FIRST_PID + 1 },
      { stream: applyResult, group: execution, pid: FIRST_PID + 2 },
    ];
    this.#ids = new Map([applyPlan, applyResult].map((stream) => [stream, entryIds()]));
  }

  /** Serves until it is told to end; the first turn is at once, and `begun` is called when it is over. */
  async run(signal: AbortSignal, begun: () => void = () => {}): Promise<void> {
    const { redis, clock } = this.#options;
    do {
      // The attempts of the kernel tell of an outage.
      if (redis.status === "ready") await clock.hold(() => this.#turn()).catch(() => undefined);
      begun();
    } while (await elapse(clock, POLL_MS, signal));
  }

  /** The intent bridge takes so many intents more, does nothing with them and dies; another one takes over. */
  loseBridge(entries: number): void {
    this.#dying = entries;
  }

  async #turn(): Promise<void> {
    for (const service of this.#services) await this.#serve(service);
  }

  async #serve(service: Service): Promise<void> {
    const isDying = service === this.#bridge && this.#dying > 0;
    const entries = await this.#read(service, isDying ? this.#dying : MOST_ENTRIES);
    if (isDying) this.#hold(service, entries.length);
    else for (const [id, fields] of entries) await this.#act(service, id, fields);
  }

  #hold(service: Service, entries: number): void {
    this.#dying -= entries;
    if (this.#dying > 0) return;
    this.#options.onDeath?.(service.stream, consumerOf(service));
    service.pid += PID_STEP;
  }

  async #read(service: Service, count: number): Promise<(readonly [string, Fields])[]> {
    const { redis } = this.#options;
    const { stream, group } = service;
    const reading = redis.xreadgroup("GROUP", group, consumerOf(service), "COUNT", count, "STREAMS", stream, ">");
    const streams = await reading.catch(async (error: Error) => {
      if (!error.message.startsWith("NOGROUP")) throw error;
      await redis.xgroup("CREATE", stream, group, "0", "MKSTREAM");
      return null;
    });
    const entries = (streams ?? []).flatMap(([, own]) => own as [string, string[]][]);
    return entries.map(([id, flat]) => [id, fieldsIn(flat)]);
  }

  async #act({ stream, group, to, fieldsOf }: Service, id: string, fields: Fields): Promise<void> {
    const { redis, clock } = this.#options;
    if (to !== undefined && fieldsOf !== undefined) {
      const written = Object.entries(fieldsOf(id, fields, clock.now())).flat();
      await redis.xadd(to, "MAXLEN", "~", INTENTS_MAXLEN, this.#ids.get(to)?.() ?? "*", ...written);
    }
    await redis.xack(stream, group, id);
  }
}

const consumerOf = ({ pid }: Service): string => `${HOST}_${pid}`;

function fieldsIn(flat: readonly string[]): Fields {
  return Object.fromEntries(
    Array.from({ length: flat.length / 2 }, (_, place) => [flat[2 * place], flat[2 * place + 1]]),
  ) as Fields;
}

/** What the bridge makes of an intent, whichever shape it has. */
function planOf(id: string, fields: Fields, atMs: number): Fields {
  const text = fields["data"] ?? fields["payload"];
  const intent = (text === undefined ? fields : JSON.parse(text)) as Readonly<
    Record<string, string | number | boolean>
  >;
  const [symbol, side] = [String(intent["symbol"]), String(intent["side"] ?? intent["action"])];
  const qty = pythonFloat(Number(intent["quantity"]));
  return {
    plan_id: createHash("sha256").update([id, symbol, side, qty].join("|")).digest("hex").slice(0, HASH_DIGITS),
    decision: "EXECUTE",
    symbol,
    side,
    qty,
    reduceOnly: String(intent["reduceOnly"] ?? fields["reduceOnly"] ?? false).toLowerCase(),
    action: side,
    source: "intent_bridge",
    timestamp: pythonFloat(atMs / 1000),
  };
}

function resultOf(_: string, plan: Fields, atMs: number): Fields {
  const { plan_id = "", symbol = "", decision = "" } = plan;
  return {
    plan_id,
    symbol,
    executed: "True",
    decision,
    details: JSON.stringify({ order_status: "FILLED" }),
    source: "apply_layer",
    timestamp: pythonFloat(atMs / 1000),
  };
}

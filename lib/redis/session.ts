import type { RedisHealth } from "../exporter";
import { known, type Reading } from "../reading";
import type { RedisLink } from "./link";
import { sizeOf } from "./page-size";
import type { ConsumerInfo, Entry, GroupInfo, Info, Page, PendingEntry, ReadOnly, StreamInfo } from "./read-only";
import {
  isNoGroup,
  isNoSuchKey,
  ofServer,
  parseConsumers,
  parseCount,
  parseEntries,
  parseExists,
  parseFields,
  parseGroups,
  parseInfo,
  parseOldestPending,
  parseStreamInfo,
  parseText,
  parseTime,
  parseTtl,
  reading,
  readingOfEach,
  refusable,
} from "./replies";
import { OversizedReply } from "./oversized";
import type { Reply } from "./request";
import { Turns } from "./turns";

/** What the entries of one page may weigh before the last that is asked for (`sizeOf`). */
const MOST_OF_PAGE = 4_000_000;

/** One sample's conversation with Redis: what the collectors may ask, in the turns in which it is asked. */
export class RedisSession implements ReadOnly {
  readonly #turns: Turns;
  readonly #infos = new Map<string, Promise<Reading<readonly Info[]>>>();
  #skewMs: number | undefined;

  constructor(link: RedisLink, limitMs: number) {
    this.#turns = new Turns(link, limitMs);
  }

  /** How it went; asked after the last collector is done. */
  health(): RedisHealth {
    return { ...this.#turns.health(), ...(this.#skewMs === undefined ? {} : { skewMs: this.#skewMs }) };
  }

  async get(key: string): Promise<Reading<string | null>> {
    return reading(key, await this.#turns.ask({ key, command: ["GET", key] }), parseText);
  }

  async getWithTtl(key: string): Promise<{ value: Reading<string | null>; ttlMs: number }> {
    const [value, ttl] = await this.#turns.askAll([
      { key, command: ["GET", key] },
      { key, command: ["PTTL", key] },
    ]);
    const found = reading(key, value, parseText);
    return { value: found, ttlMs: ofServer(key, ttl, parseTtl) };
  }

  async exists(key: string): Promise<Reading<boolean>> {
    return reading(key, await this.#turns.ask({ key, command: ["EXISTS", key] }), parseExists);
  }

  async stream(key: string): Promise<Reading<StreamInfo | null>> {
    const reply = await this.#turns.ask({ key, command: ["XINFO", "STREAM", key] });
    return isNoSuchKey(reply) ? { known: null } : reading(key, reply, parseStreamInfo);
  }

  range(key: string, from: string, to: string, count: number): Promise<Reading<Page>> {
    return this.#page("XRANGE", key, [from, to], count);
  }

  newest(key: string, from: string, to: string, count: number): Promise<Reading<Page>> {
    return this.#page("XREVRANGE", key, [from, to], count);
  }

  /** One turn, or more where one reply cannot hold so many entries: then ten times fewer are asked for at once. */
  async #page(
    command: "XRANGE" | "XREVRANGE",
    key: string,
    [from, to]: readonly [string, string],
    count: number,
  ): Promise<Reading<Page>> {
    const entries: Entry[] = [];
    let atOnce = count;
    let size = 0;
    while (entries.length < count && size <= MOST_OF_PAGE) {
      const last = entries.at(-1);
      const first = last ? `(${last.id}` : from;
      const asked = Math.min(atOnce, count - entries.length);
      const reply = await this.#turns.ask({ key, command: [command, key, first, to, "COUNT", String(asked)], asked });
      if (reply instanceof OversizedReply && asked > 1) {
        atOnce = Math.ceil(asked / 10);
        continue;
      }
      const read = reading(key, reply, parseEntries);
      if (!("known" in read)) return read;
      entries.push(...read.known);
      if (read.known.length < asked) return known({ entries, isWhole: true });
      size += read.known.reduce((sum, entry) => sum + sizeOf(entry), 0);
    }
    return known({ entries, isWhole: false });
  }

  async time(): Promise<number> {
    const reply = await this.#turns.ask({ key: undefined, command: ["TIME"] });
    const serverMs = ofServer("TIME", reply, parseTime);
    this.#skewMs = Math.round(serverMs - (this.#turns.sentAt + Date.now()) / 2);
    return serverMs;
  }

  async groups(key: string): Promise<Reading<readonly GroupInfo[]>> {
    const reply = await this.#turns.ask({ key, command: ["XINFO", "GROUPS", key] });
    return isNoSuchKey(reply) ? { known: [] } : reading(key, reply, parseGroups);
  }

  async consumers(key: string, group: string): Promise<Reading<readonly ConsumerInfo[]>> {
    const reply = await this.#turns.ask({ key, command: ["XINFO", "CONSUMERS", key, group] });
    return isNoSuchKey(reply) || isNoGroup(reply) ? { known: [] } : reading(key, reply, parseConsumers);
  }

  async oldestPending(key: string, group: string, consumer?: string): Promise<Reading<PendingEntry | null>> {
    const of = consumer === undefined ? [] : [consumer];
    const reply = await this.#turns.ask({ key, command: ["XPENDING", key, group, "-", "+", "1", ...of] });
    // Gone since it was listed.
    return isNoSuchKey(reply) || isNoGroup(reply) ? { known: null } : reading(key, reply, parseOldestPending);
  }

  /** Once a sample, however many ask for it. */
  info(section: string): Promise<Reading<readonly Info[]>> {
    const asked = this.#infos.get(section) ?? this.#askInfo(section);
    this.#infos.set(section, asked);
    return asked;
  }

  async #askInfo(section: string): Promise<Reading<readonly Info[]>> {
    const replies = await this.#turns.ask({ key: undefined, command: ["INFO", section], ofEach: true });
    return readingOfEach(`INFO ${section}`, replies as Reply[], parseInfo);
  }

  async slowLogLength(): Promise<Reading<readonly number[]>> {
    const replies = await this.#turns.ask({ key: undefined, command: ["SLOWLOG", "LEN"], ofEach: true });
    return readingOfEach("SLOWLOG LEN", replies as Reply[], parseCount);
  }

  async hashes(keys: readonly string[], fields: readonly string[]): Promise<Reading<(string | null)[] | null>[]> {
    const replies = await this.#turns.askAll(keys.map((key) => ({ key, command: ["HMGET", key, ...fields] })));
    return keys.map((key, place) => refusable(key, replies[place], (value) => parseFields(value, fields.length)));
  }
}

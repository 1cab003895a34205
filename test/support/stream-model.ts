import type { Redis } from "ioredis";
import { idleLonger } from "../../local/kernel/consumer-times";

/** What is done to a stream and its groups; numbers choose among what is there. */
export type StreamStep =
  | { readonly does: "add" | "trim" | "delete" | "create"; readonly n: number }
  | { readonly does: "read" | "acknowledge" | "die"; readonly group: number; readonly n: number };

interface ModelGroup {
  readonly name: string;
  /** Place among all entries ever added, from 1; 0 before the first. */
  position: number;
  /** Whether it ever read on past entries that were gone by then: Redis counts too few entries read from then on. */
  hasSkipped: boolean;
}

/** Plays steps on a real stream and keeps in mind what Redis forgets: every entry ever added, and where each went. */
export class StreamModel {
  readonly groups: ModelGroup[] = [];
  /** Every entry ever added, in order, and whether it was taken away by XDEL. */
  readonly added: { readonly id: string; isDeleted: boolean }[] = [];
  readonly #redis: Redis;
  readonly #key: string;
  #ms: number;

  constructor(redis: Redis, key: string, from: number) {
    this.#redis = redis;
    this.#key = key;
    this.#ms = from;
  }

  async play(step: StreamStep): Promise<void> {
    switch (step.does) {
      case "add":
        for (let count = 0; count <= step.n % 4; count++) await this.#add();
        return;
      case "trim":
        await this.#redis.xtrim(this.#key, "MAXLEN", step.n % 6);
        return;
      case "delete":
        return this.#delete(step.n);
      case "create":
        return this.#create(step.n % 2 === 0);
      case "read":
      case "acknowledge":
      case "die": {
        const group = this.groups[step.group % Math.max(1, this.groups.length)];
        if (group) await this.#work(step.does, group, step.n);
      }
    }
  }

  #work(does: "read" | "acknowledge" | "die", group: ModelGroup, n: number): Promise<void> {
    if (does === "read") return this.#read(group, n);
    return does === "die" ? this.#die(group, n) : this.#acknowledge(group, n);
  }

  async present(): Promise<string[]> {
    return (await this.#redis.xrange(this.#key, "-", "+")).map(([id]) => id);
  }

  async #add(): Promise<void> {
    this.#ms += 100;
    const id = await this.#redis.xadd(this.#key, `${this.#ms}-0`, "symbol", "BTCUSDT");
    this.added.push({ id: id ?? "", isDeleted: false });
  }

  async #delete(n: number): Promise<void> {
    const ids = await this.present();
    const id = ids[n % Math.max(1, ids.length)];
    if (id === undefined) return;
    await this.#redis.xdel(this.#key, id);
    for (const one of this.added) if (one.id === id) one.isDeleted = true;
  }

  async #create(atStart: boolean): Promise<void> {
    if (this.groups.length === 3) return;
    const name = `group-${this.groups.length}`;
    await this.#redis.xgroup("CREATE", this.#key, name, atStart ? "0" : "$", "MKSTREAM");
    this.groups.push({ name, position: atStart ? 0 : this.added.length, hasSkipped: false });
  }

  async #read(group: ModelGroup, n: number): Promise<void> {
    const [worker, count] = [`${group.name}-${n % 2}`, 1 + (n % 3)];
    const reading = this.#redis.xreadgroup("GROUP", group.name, worker, "COUNT", count, "STREAMS", this.#key, ">");
    const replies = (await reading) as [string, [string][]][] | null;
    for (const [id] of replies?.[0]?.[1] ?? []) {
      const place = this.added.findIndex((one) => one.id === id) + 1;
      if (place > group.position + 1) group.hasSkipped = true;
      group.position = place;
    }
  }

  async #die(group: ModelGroup, n: number): Promise<void> {
    const worker = `${group.name}-${n % 2}`;
    const consumers = (await this.#redis.xinfo("CONSUMERS", this.#key, group.name)) as unknown[][];
    // One that asked in vain may not be known.
    if (consumers.flat().includes(worker)) await idleLonger(this.#redis, this.#key, [worker], 61_000);
  }

  async #acknowledge(group: ModelGroup, n: number): Promise<void> {
    const pending = (await this.#redis.xpending(this.#key, group.name, "-", "+", 1000)) as [string][];
    const id = pending[n % Math.max(1, pending.length)]?.[0];
    if (id !== undefined) await this.#redis.xack(this.#key, group.name, id);
  }
}

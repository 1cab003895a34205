/** A small seeded generator (mulberry32): the same words give the same story on every machine. */
export class Random {
  #state: number;

  constructor(...words: readonly (string | number)[]) {
    this.#state = hash(words.join("/"));
  }

  /** From 0 up to, and without, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A multiple of `step` from `least` to `most`, both of which can come. */
  between(least: number, most: number, step = 1): number {
    const steps = Math.max(0, Math.floor((most - least) / step));
    return least + step * Math.floor(this.next() * (steps + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(of: readonly [T, ...T[]]): T {
    return of[Math.floor(this.next() * of.length)] ?? of[0];
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let found = 0x81_1c_9d_c5;
  for (const letter of text) found = Math.imul(found ^ (letter.codePointAt(0) ?? 0), 0x01_00_01_93);
  return found;
}

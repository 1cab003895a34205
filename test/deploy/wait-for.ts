import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 200;

/** Asks until there is an answer; throws, saying what was waited for, when there is none in time. */
export async function waitFor<T>(
  what: string,
  limitSec: number,
  probe: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const deadline = Date.now() + limitSec * 1000;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited ${limitSec} s in vain for ${what}`);
    await delay(POLL_MS);
  }
}

const startedAt = performance.now();

/** Seconds since the run began. */
export const elapsedSec = (): number => Math.round((performance.now() - startedAt) / 1000);

/** Prints what goes on, with the seconds since the run began: a deploy is long, and silence looks like a hang. */
export function say(text: string): void {
  process.stderr.write(`${String(elapsedSec()).padStart(4)} s  ${text}\n`);
}

/** Something took longer than it may. */
export class TimeLimitError extends Error {}

/** Waits for a promise for at most `limitMs` and never past `deadline` (epoch ms); then rejects with TimeLimitError, saying for what. */
export async function within<T>(limitMs: number, deadline: number, what: string, promise: Promise<T>): Promise<T> {
  const waitMs = Math.max(0, Math.min(limitMs, deadline - Date.now()));
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeLimitError(`${what} took longer than ${waitMs} ms`)), waitMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

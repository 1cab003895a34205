/** Makes stream IDs by a clock that is not the server's (milliseconds); like the server's own, they never go back. */
export function entryIds(now: () => number): () => string {
  let last = { ms: 0, place: 0 };
  return () => {
    const ms = now();
    last = ms > last.ms ? { ms, place: 0 } : { ms: last.ms, place: last.place + 1 };
    return `${last.ms}-${last.place}`;
  };
}

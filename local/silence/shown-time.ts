/** A time to the minute, as people say it to one another: "2026-12-24 18:00 UTC". */
export function shownTime(at: Date): string {
  const text = at.toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}

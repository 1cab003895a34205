const MINUTE_SEC = 60;
const HOUR_SEC = 3600;
const DAY_SEC = 86_400;

/** A span of whole minutes as a mute rule has it: 216,000 s are "P2DT12H". */
export function isoDuration(seconds: number): string {
  const days = Math.floor(seconds / DAY_SEC);
  const hours = Math.floor((seconds % DAY_SEC) / HOUR_SEC);
  const minutes = Math.floor((seconds % HOUR_SEC) / MINUTE_SEC);
  const time = `${hours > 0 ? `${hours}H` : ""}${minutes > 0 ? `${minutes}M` : ""}`;
  return `P${days > 0 ? `${days}D` : ""}${time === "" ? "" : `T${time}`}`;
}

/** Seconds of such a span; undefined for what is none. */
export function readIsoDuration(text: string): number | undefined {
  const found = /^P(?=.*\d)(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,6})M)?)?$/.exec(text);
  if (found === null) return undefined;
  const [days = 0, hours = 0, minutes = 0] = found.slice(1).map((part) => Number(part ?? 0));
  return days * DAY_SEC + hours * HOUR_SEC + minutes * MINUTE_SEC;
}

const SECOND = 1000;
const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", SECOND],
] as const;

/** A span in words, by its two greatest units: `1 h 20 min`. */
export function spanInWords(ms: number): string {
  const parts: string[] = [];
  let rest = Math.round(Math.max(0, ms) / SECOND) * SECOND;
  for (const [unit, length] of UNITS) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ") || "0 s";
}

/** A time in UTC, with the day where it is not today's. */
export function utc(at: Date, now: Date): string {
  const [text, today] = [at.toISOString(), now.toISOString()];
  const day = text.slice(0, 10);
  return `${day === today.slice(0, 10) ? "" : `${day} `}${text.slice(11, 19)} UTC`;
}

/** A time in UTC and from now: `09:12:05 UTC, 20 s ago`. */
export function utcAndRelative(at: Date, now: Date): string {
  const ms = at.getTime() - now.getTime();
  return `${utc(at, now)}, ${ms > 0 ? `in ${spanInWords(ms)}` : `${spanInWords(-ms)} ago`}`;
}

const COMPARED: Readonly<Record<string, string>> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: ">=",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "<=",
};

/** What was found against what it is compared with: `quantum_safety_safe_mode 1, alarm at >= 1`. */
export function valueInWords(of: {
  readonly metric?: string;
  readonly threshold?: number;
  readonly comparison?: string;
  readonly values: readonly number[];
}): string | undefined {
  const { metric, threshold, comparison = "", values } = of;
  const [value] = values;
  if (value === undefined && threshold === undefined) return metric;
  const found = value === undefined ? "no data" : number(value);
  const limit = threshold === undefined ? [] : [`alarm at ${COMPARED[comparison] ?? "beyond"} ${number(threshold)}`];
  return [[metric, found].filter((word) => word !== undefined).join(" "), ...limit].join(", ");
}

/** Two decimals are enough to act on. */
export function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

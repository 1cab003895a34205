import { ConfigError } from "../errors";

const DAY_SEC = 86_400;

/** A time zone by its IANA name: wall-clock times to instants and back, both in seconds, as if the wall clock were UTC. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;

  /** Throws ConfigError for a name that is not known, or spelled otherwise. */
  constructor(name: string) {
    this.#format = formatOf(name);
  }

  /** What the wall clock shows at an instant. */
  localOf(instant: number): number {
    return instant + this.#ahead(instant);
  }

  /** The instant of a wall-clock time: the first of two where the clock is put back, undefined for what it leaves out. */
  instantOf(local: number): number | undefined {
    const before = local - this.#ahead(local - DAY_SEC);
    const after = local - this.#ahead(local + DAY_SEC);
    return [before, after].find((instant) => this.localOf(instant) === local);
  }

  #ahead(instant: number): number {
    const { value = "" } = this.#format.formatToParts(instant * 1000).find(({ type }) => type === "timeZoneName") ?? {};
    const [, sign, hours, minutes, seconds = "0"] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(value) ?? [];
    if (sign === undefined) return 0;
    return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
  }
}

function formatOf(name: string): Intl.DateTimeFormat {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  } catch (error) {
    throw new ConfigError(`${JSON.stringify(name)} is no time zone such as Europe/Berlin`, { cause: error });
  }
  // Letter case is forgiven here, and nowhere is it said that CloudWatch forgives it.
  const known = format.resolvedOptions().timeZone;
  if (known !== name && known.toLowerCase() === name.toLowerCase()) {
    throw new ConfigError(`${JSON.stringify(name)} is spelled ${known}`);
  }
  return format;
}

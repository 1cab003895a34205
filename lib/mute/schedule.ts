import { ConfigError } from "../errors";
import { readCron } from "./cron";
import { Zone } from "./zone";

/** When a mute rule mutes, as CloudFormation has it. */
export interface ScheduleSettings {
  /** "cron(0 22 * * *)" or "at(2026-12-24T18:00)". */
  readonly expression: string;
  /** Seconds that each window is long. */
  readonly duration: number;
  /** An IANA name; expression and dates are told by its wall clock. */
  readonly timezone: string;
  /** "2026-12-24T18:00": no window opens before. */
  readonly start?: string | undefined;
  /** "2026-12-31T23:59": nothing is muted from then on. */
  readonly expire?: string | undefined;
}

/** A time without actions, epoch seconds; its end is no longer part of it. */
export interface MuteWindow {
  readonly start: number;
  readonly end: number;
}

/** The longest window, P15D (guide, "Alarm mute rules"); a row of windows that meet may last longer. */
export const LONGEST_WINDOW_SEC = 15 * 86_400;
/** An expression says nothing of years, so that a row of windows that lasts for one goes on and on. */
const YEAR_SEC = 366 * 86_400;
const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

/**
 * The windows of a mute rule. Each is computed when time comes to it and kept until it is over. Not documented, and taken
 * from EventBridge Scheduler: a time that the clock leaves out in spring opens no window, one that it shows twice in
 * autumn opens one, the first time. A day is 24 hours, also where the clock is changed.
 */
export class MuteSchedule {
  readonly #zone: Zone;
  readonly #duration: number;
  readonly #start: number;
  readonly #expire: number;
  /** The first wall-clock time of the expression after one. */
  readonly #nextLocal: (local: number) => number | undefined;
  #from = Infinity;
  #to = -Infinity;
  #window: MuteWindow | undefined;

  /** Throws ConfigError for an expression, a time zone or a date that is none. */
  constructor({ expression, duration, timezone, start, expire }: ScheduleSettings) {
    this.#zone = new Zone(timezone);
    this.#duration = duration;
    this.#start = start === undefined ? -Infinity : this.#instant(start);
    this.#expire = expire === undefined ? Infinity : this.#instant(expire);
    this.#nextLocal = readExpression(expression);
  }

  /** The window that an instant (epoch seconds) lies in, with all that follow without a break. */
  windowAt(instant: number): MuteWindow | undefined {
    if (instant < this.#from || instant >= this.#to) this.#look(instant);
    return this.#window;
  }

  /** The first window that opens after an instant (epoch seconds). */
  windowAfter(instant: number): MuteWindow | undefined {
    const start = this.#next(instant);
    return start === undefined ? undefined : this.#windowFrom(start);
  }

  /** Whether the first windows meet for longer than any one window may last. */
  isEndless(): boolean {
    const start = this.#next(0);
    return start !== undefined && this.#endOf(start, LONGEST_WINDOW_SEC) === undefined;
  }

  #look(instant: number): void {
    const start = instant < this.#expire ? this.#next(instant - this.#duration) : undefined;
    const isMuted = start !== undefined && start <= instant;
    this.#window = isMuted ? this.#windowFrom(start) : undefined;
    this.#from = instant;
    this.#to = this.#window?.end ?? start ?? Infinity;
  }

  #windowFrom(start: number): MuteWindow {
    return { start, end: this.#endOf(start, YEAR_SEC) ?? this.#expire };
  }

  /** When a row of windows that meet is over; undefined where it lasts for more than so many seconds. */
  #endOf(start: number, most: number): number | undefined {
    let end = Math.min(start + this.#duration, this.#expire);
    let next = this.#next(start);
    for (; next !== undefined && next <= end && end - start <= most; next = this.#next(next)) {
      end = Math.min(next + this.#duration, this.#expire);
    }
    return end - start <= most ? end : undefined;
  }

  /** When the next window opens after an instant. */
  #next(instant: number): number | undefined {
    const after = Math.max(instant, this.#start - 1);
    let local = this.#nextLocal(this.#zone.localOf(after));
    for (; local !== undefined; local = this.#nextLocal(local)) {
      const found = this.#zone.instantOf(local);
      if (found !== undefined && found >= this.#expire) return undefined;
      if (found !== undefined && found > after) return found;
    }
    return undefined;
  }

  #instant(text: string): number {
    const instant = this.#zone.instantOf(readLocal(text));
    if (instant === undefined) throw new ConfigError(`${text} is a time that the clock leaves out there`);
    return instant;
  }
}

function readExpression(expression: string): (local: number) => number | undefined {
  const [, kind, text = ""] = /^(cron|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === undefined) throw new ConfigError(`${JSON.stringify(expression)} is neither cron(…) nor at(…)`);
  if (kind === "at") {
    const once = readLocal(text);
    return (local) => (local < once ? once : undefined);
  }
  const cron = readCron(text);
  return (local) => {
    const next = cron.nextRun(new Date(local * 1000));
    return next === null ? undefined : next.getTime() / 1000;
  };
}

/** A wall-clock time, seconds as if it were UTC. */
function readLocal(text: string): number {
  const time = Date.parse(`${text}Z`);
  // A day that the month does not have would be read as one of the next month.
  const isReal = LOCAL.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  if (!isReal) throw new ConfigError(`${JSON.stringify(text)} is no time such as 2026-12-24T18:00`);
  return time / 1000;
}

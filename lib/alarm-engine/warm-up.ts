import type { MetricAlarm } from "./definition";
import { tickOf } from "./ticks";

/**
 * Whether an alarm has begun to judge (guide, "Alarm warm-up"): it stays in INSUFFICIENT_DATA until data could fill its
 * window, at most for its warm-up period, or for all of that where it is told so. Once over, it does not begin again.
 */
export class WarmUp {
  readonly #end: number;
  readonly #window: number;
  readonly #tick: number;
  readonly #isFixed: boolean;
  #isOver: boolean;

  constructor(alarm: MetricAlarm, createdAt: number) {
    this.#end = createdAt + alarm.warmUp;
    this.#window = alarm.period * alarm.evaluationPeriods;
    this.#tick = tickOf(alarm);
    this.#isFixed = alarm.warmUpIsFixed;
    this.#isOver = alarm.warmUp === 0;
  }

  /** Told of every evaluation whether its newest period had a value; times are epoch seconds. */
  isOver(now: number, hasNewest: boolean, metrics: { firstData(): number }): boolean {
    if (this.#isOver) return true;
    // The first datum counts for the whole minute (10 s at high resolution) that it stands in, as its period does.
    const since = Math.floor(metrics.firstData() / this.#tick) * this.#tick;
    const isFull = hasNewest && now - since >= this.#window;
    this.#isOver = now >= this.#end || (isFull && !this.#isFixed);
    return this.#isOver;
  }
}

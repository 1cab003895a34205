import { MARGIN_HALT_SEC } from "./execution";
import { COOLDOWN_SEC, LIMITS, type Verdict } from "./gate";
import type { Intent } from "./intent";
import type { Happening } from "./scenarios";

/** Tells in words what changes, and leaves out what stays as it was. */
export class Narrator {
  readonly #tell: (text: string) => void;
  #blocked = 0;
  #unanswered = 0;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  happening(what: Happening): void {
    this.#tell(inWords(what));
  }

  attempted({ symbol, side }: Intent, verdict: Verdict): void {
    this.#answered();
    if (verdict.is === "blocked") {
      if (this.#blocked++ === 0) this.#tell("safe mode is on: attempts are blocked");
      return;
    }
    if (this.#blocked > 0) this.#tell(`safe mode is over, ${this.#blocked} attempts were blocked`);
    this.#blocked = 0;
    if (verdict.is === "tripped") {
      const { reason, count, max } = verdict;
      this.#tell(`breaker tripped: ${reason} on ${symbol} ${side}, ${count} of ${max} in ${LIMITS.windowSec} s`);
      this.#tell(`safe mode for ${COOLDOWN_SEC} s`);
    }
  }

  marginFailed(setsSafeMode: boolean): void {
    if (setsSafeMode) this.#answered();
    const what = `margin failure: safe mode for ${MARGIN_HALT_SEC} s, without a fault entry`;
    this.#tell(setsSafeMode ? what : "margin failure");
  }

  failed(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    if (this.#unanswered++ === 0) this.#tell(`Redis does not answer: ${why}`);
  }

  #answered(): void {
    if (this.#unanswered > 0) this.#tell(`Redis answers again, ${this.#unanswered} attempts got lost`);
    this.#unanswered = 0;
  }
}

function inWords(what: Happening): string {
  switch (what.does) {
    case "publish":
      return "intents are published";
    case "stop-publishing":
      return "the publisher stops";
    case "burst":
      return `a burst of ${what.attempts} attempts on ${what.symbol} ${what.side}, one every ${what.everyMs} ms`;
    case "bypass":
      return `a publisher that does not ask the kernel writes ${what.count} ${what.isExit ? "exits" : "intents that open"} on ${what.symbol} ${what.side}, one a second`;
    case "lock-down":
      return `the governor locks trading down: ${what.reason}`;
    case "lift-lockdown":
      return "the lockdown is lifted by hand";
    case "margin-failures":
      return `${what.count} orders fail for want of margin`;
    case "rotate-password":
      return "the password of the telemetry's user is rotated, and its connections are cut";
    case "restore-password":
      return "the telemetry's user has its password back";
    case "kill-score":
      return `harvest gives ${what.symbol} a kill score of ${what.score}`;
    case "close-position":
      return `the position in ${what.symbol} is closed`;
    case "lose-bridge":
      return `the intent bridge dies with ${what.intents} intents in hand, and is started again`;
    case "close-all":
      return "every position is closed, and its proposal is still renewed";
    case "kill-redis":
      return "Redis crashes";
    case "restart-redis":
      return "Redis is started again";
  }
}

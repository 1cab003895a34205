import type { CompositeAlarm } from "./definition";
import type { State } from "./state";

/** Why a composite takes no action just now. */
export type SuppressedBy = "Alarm" | "WaitPeriod" | "ExtensionPeriod";

/**
 * When a composite with a suppressor takes its actions (guide, "Composite alarm actions suppression"): after a change
 * of its own it waits for the suppressor to speak up; after the suppressor fell silent it waits an extension more; it
 * then acts on the state it has by then. Times are epoch seconds, handed in in order.
 */
export class Suppression {
  readonly #wait: number;
  readonly #extension: number;
  #isSuppressed: boolean;
  #hasChanged = false;
  #timer: { readonly kind: "WaitPeriod" | "ExtensionPeriod"; readonly until: number } | undefined;

  constructor({ wait, extension }: NonNullable<CompositeAlarm["suppressor"]>, suppressor: State) {
    this.#wait = wait;
    this.#extension = extension;
    this.#isSuppressed = suppressor === "ALARM";
  }

  get suppressedBy(): SuppressedBy | undefined {
    return this.#isSuppressed ? "Alarm" : this.#timer?.kind;
  }

  /** The composite entered another state. An extension under way is dropped for a new wait. */
  changed(now: number): void {
    this.#hasChanged = true;
    if (!this.#isSuppressed) this.#timer = { kind: "WaitPeriod", until: now + this.#wait };
  }

  /** An action is still to be taken when it may be: a mute rule held it back, and gave it up to this. */
  owes(): void {
    this.#hasChanged = true;
  }

  /** The suppressor entered another state. */
  suppressorIs(state: State, now: number): void {
    const isSuppressed = state === "ALARM";
    if (isSuppressed === this.#isSuppressed) return;
    this.#isSuppressed = isSuppressed;
    this.#timer = isSuppressed ? undefined : { kind: "ExtensionPeriod", until: now + this.#extension };
  }

  /** When the composite acts on the state it has, if a period ran out by `now` with a change still to be told. */
  due(now: number): number | undefined {
    if (this.#timer === undefined || this.#timer.until > now) return undefined;
    const at = this.#timer.until;
    this.#timer = undefined;
    if (!this.#hasChanged) return undefined;
    this.#hasChanged = false;
    return at;
  }
}

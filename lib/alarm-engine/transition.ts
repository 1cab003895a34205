import type { State } from "./state";
import type { SuppressedBy } from "./suppression";

/** An alarm entered another state. Times are epoch seconds. */
export interface Transition {
  readonly t: number;
  readonly alarm: string;
  readonly from: State;
  readonly to: State;
  readonly reason: string;
  /** Set where the transition took no action of its own. */
  readonly suppressedBy?: SuppressedBy;
  /** Set while the alarm's actions are held back: the name of the mute rule, and when its window ends. */
  readonly mutedBy?: string;
  readonly mutedUntil?: number;
}

/** An alarm told its actions about a state. */
export interface Notice {
  readonly t: number;
  readonly alarm: string;
  readonly state: State;
  readonly actions: readonly string[];
}

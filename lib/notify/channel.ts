import type { Severity } from "../rules/severity";
import type { Message } from "./message";

/** One thing to be shown in one channel. */
export interface Telling {
  readonly message: Message;
  /** What the channel gave for what it shows of this incident; undefined where it shows nothing yet. */
  readonly handle?: string;
  /** Whether the incident's beginning was told before. */
  readonly isShown: boolean;
  /** It was begun before and nobody knows how it ended: it may be there already. */
  readonly isUncertain: boolean;
  /** A later incident of the same alarm is shown as firing. */
  readonly isOvertaken: boolean;
  /** Epoch milliseconds; nothing is begun after it. */
  readonly deadline: number;
}

/** Somewhere that people look. */
export interface Channel {
  /** Its own among the channels; what was told is remembered under it. */
  readonly name: string;
  readonly severities: readonly Severity[];
  /** Whether what it shows can be corrected: then the end is told again when it is known better. */
  readonly canEdit: boolean;
  /** Shows it and gives what a later telling needs to find it. Throws NotifyError. */
  show(telling: Telling): Promise<string | undefined>;
}

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

/** Several alarms to be shown in one message. */
export interface GroupTelling extends Pick<Telling, "handle" | "isUncertain" | "deadline"> {
  /** Of the group; no other has it. */
  readonly id: string;
  /** One an alarm, each the latest of it. */
  readonly messages: readonly Message[];
  /** What is new of one of them; undefined the first time. */
  readonly changed?: Message;
}

/** A picture that goes with what a channel shows of an incident. */
export interface Attachment {
  /** What the channel gave when it showed the incident. */
  readonly handle: string;
  /** A PNG. */
  readonly picture: Uint8Array<ArrayBuffer>;
  readonly title: string;
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
  /**
   * Whether an end there is only a key: it ends what is open under the key, and nothing where nothing is. Then a beginning
   * that was not told is told, and remembered, before its end is.
   */
  readonly endsByKey?: true;
  /** Shows it and gives what a later telling needs to find it. Throws NotifyError. */
  show(telling: Telling): Promise<string | undefined>;
  /** The same for several alarms that began together. Where it is missing, each is shown by itself, at once. */
  readonly showGroup?: (telling: GroupTelling) => Promise<string | undefined>;
  /** Puts a picture beside what it shows; throws NotifyError. Where it is missing, none is drawn. */
  readonly attach?: (attachment: Attachment) => Promise<void>;
}

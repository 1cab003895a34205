import { randomUUID } from "node:crypto";

import type { Channel } from "../../lib/notify/channel";
import { type ContextSource, gatherContext } from "../../lib/notify/context";
import { memoryStore } from "../../lib/notify/incident-store";
import { type Message, messageOf, type Surroundings } from "../../lib/notify/message";
import { readAlarm } from "../../lib/notify/read-alarm";
import { tell, type Wording } from "../../lib/notify/teller";
import type { Rule } from "../../lib/rules/rule";
import { SEVERITIES } from "../../lib/rules/severity";
import type { Clock } from "../clock";
import { type Palette, printable } from "../terminal";
import { alarmMessage, type Change } from "./alarm-message";
import { slackSeen } from "./as-seen";
import { emailSeen } from "./email";
import { realTime } from "./real-time";

export interface PagesOptions {
  readonly context: ContextSource;
  readonly surroundings: Surroundings;
  readonly clock: Clock;
  /** Besides the terminal. */
  readonly receivers: readonly Channel[];
  readonly print: (text: string) => void;
  readonly colour: Palette;
}

/** A change to be told, with the rule as it is deployed and the line that says whom it goes to. */
export interface Told {
  readonly head: string;
  readonly rule: Rule;
  readonly change: Change;
}

/** Real time in which a receiver has to take a page: a person waits for the end of the run. */
const DELIVERED_WITHIN_MS = 10_000;
const MARGIN = " ".repeat(16);

/** Shows each page as its receivers see it, and delivers it to those that there are; each incident is told once. */
export class Pages {
  readonly #options: PagesOptions;
  readonly #store = memoryStore();
  readonly #running = new Set<Promise<void>>();
  #shown: Promise<void> = Promise.resolve();

  constructor(options: PagesOptions) {
    this.#options = options;
  }

  /** Shown in the order of the calls; a faster time stands still until it is delivered, so that nothing on it ages. */
  tell(told: Told): void {
    const running = this.#options.clock.hold(() => this.#tell(told)).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when everything was delivered, or was not in time. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #tell({ head, rule, change }: Told): Promise<void> {
    const { context: source, surroundings, clock, receivers, print, colour } = this.#options;
    const message = alarmMessage(change);
    const event = readAlarm(JSON.stringify(message));
    const now = new Date(clock.now());
    const context = await gatherContext(source, event, now.getTime());
    const wording: Wording = async (kind, incident) =>
      messageOf({ kind, event, incident, rule, context, now }, surroundings);
    const seen = (page: Message): string[] =>
      rule.severity === "info" ? emailSeen(event, colour) : slackSeen(page, colour);
    const terminal = this.#terminal((page) => {
      for (const line of seen(page)) print(`${MARGIN}${line}`);
    });
    const owner = randomUUID();
    const deliver = async (channel: Channel): Promise<void> => {
      const deadline = realTime.now() + DELIVERED_WITHIN_MS;
      await tell(channel, event, wording, { store: this.#store, clock: realTime, owner, deadline });
    };
    this.#shown = this.#shown.then(() => {
      print(head);
      return deliver(terminal);
    });
    await this.#shown;
    const meant = receivers.filter(({ severities }) => severities.includes(rule.severity));
    await Promise.all(
      meant.map((channel) =>
        deliver(channel).catch((error: unknown) => {
          const why = error instanceof Error ? error.message : "for no known reason";
          print(`${MARGIN}${colour.bad(printable(`${event.name} was not delivered: ${why}`))}`);
        }),
      ),
    );
  }

  #terminal(show: (message: Message) => void): Channel {
    return {
      name: "terminal",
      severities: SEVERITIES,
      canEdit: false,
      show: async ({ message }) => {
        show(message);
        return undefined;
      },
    };
  }
}

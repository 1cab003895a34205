import { randomUUID } from "node:crypto";

import type { Channel } from "../../lib/notify/channel";
import { type ContextSource, gatherContext } from "../../lib/notify/context";
import { GROUP_WAIT_MS } from "../../lib/notify/group";
import { memoryStore } from "../../lib/notify/incident-store";
import { messageOf, type Surroundings, type Wording } from "../../lib/notify/message";
import { readAlarm } from "../../lib/notify/read-alarm";
import { type Change as TellingChange, tellTogether } from "../../lib/notify/telling-together";
import type { Rule } from "../../lib/rules/rule";
import { SEVERITIES } from "../../lib/rules/severity";
import type { Clock } from "../clock";
import { type Palette, printable } from "../terminal";
import { alarmMessage, type Change } from "./alarm-message";
import { slackGroupSeen, slackSeen } from "./as-seen";
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
  /** By rule. */
  readonly #waiting = new Map<string, Told[]>();
  readonly #end = new AbortController();
  #shown: Promise<void> = Promise.resolve();

  constructor(options: PagesOptions) {
    this.#options = options;
  }

  /**
   * What begins waits for others of its rule, by the time of the run, and is shown with them; a pager does not wait. A
   * faster time stands still until it is delivered, so that nothing on it ages.
   */
  tell(told: Told): void {
    const { receivers } = this.#options;
    this.#run(
      [told],
      receivers.filter((one) => !canGroup(one)),
    );
    const { name, severity } = told.rule;
    const waiting = this.#waiting.get(name);
    if (told.change.to !== "ALARM") {
      // Its beginning comes first.
      this.#release(name);
      this.#runInGroup([told]);
    } else if (waiting !== undefined) waiting.push(told);
    else {
      this.#waiting.set(name, [told]);
      const waited = this.#options.clock.sleep(GROUP_WAIT_MS[severity], this.#end.signal).then(
        () => this.#release(name),
        () => this.#release(name),
      );
      this.#keep(waited);
    }
  }

  /** Resolves when everything was delivered, or was not in time; nobody is waited for any more. */
  async settled(): Promise<void> {
    this.#end.abort();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #release(rule: string): void {
    const waiting = this.#waiting.get(rule);
    this.#waiting.delete(rule);
    if (waiting !== undefined) this.#runInGroup(waiting);
  }

  #runInGroup(all: readonly Told[]): void {
    this.#run(all, this.#options.receivers.filter(canGroup), true);
  }

  #run(all: readonly Told[], receivers: readonly Channel[], isShown = false): void {
    if (receivers.length > 0 || isShown)
      this.#keep(this.#options.clock.hold(() => this.#tell(all, receivers, isShown)));
  }

  #keep(promise: Promise<void>): void {
    const running = promise.finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #tell(all: readonly Told[], receivers: readonly Channel[], isShown: boolean): Promise<void> {
    const { clock, print, colour } = this.#options;
    const now = new Date(clock.now());
    const changes = await Promise.all(all.map((told) => this.#changeOf(told, now)));
    const [first] = all;
    if (first === undefined) return;
    const owner = randomUUID();
    const deliver = async (channel: Channel): Promise<void> => {
      const deadline = realTime.now() + DELIVERED_WITHIN_MS;
      await tellTogether(channel, changes, { store: this.#store, clock: realTime, owner, deadline });
    };
    if (isShown) {
      this.#shown = this.#shown.then(() => {
        for (const { head } of all) print(head);
        return deliver(this.#terminal(first.rule, changes));
      });
      await this.#shown;
    }
    const names = changes.map(({ event }) => event.name).join(", ");
    const meant = receivers.filter(({ severities }) => severities.includes(first.rule.severity));
    await Promise.all(
      meant.map((channel) =>
        deliver(channel).catch((error: unknown) => {
          const why = rootOf(error);
          print(`${MARGIN}${colour.bad(printable(`${names} was not delivered: ${why}`))}`);
        }),
      ),
    );
  }

  async #changeOf({ rule, change }: Told, now: Date): Promise<TellingChange> {
    const { context: source, surroundings } = this.#options;
    const event = readAlarm(JSON.stringify(alarmMessage(change)));
    const context = await gatherContext(source, event, now.getTime());
    const wording: Wording = async (kind, incident) =>
      messageOf({ kind, event, incident, rule, context, now }, surroundings);
    return { event, wording };
  }

  #terminal({ severity }: Rule, [first]: readonly TellingChange[]): Channel {
    const { print, colour } = this.#options;
    const show = async (lines: readonly string[]): Promise<undefined> => {
      for (const line of lines) print(`${MARGIN}${line}`);
    };
    return {
      name: "terminal",
      severities: SEVERITIES,
      canEdit: false,
      show: ({ message }) =>
        show(severity === "info" && first !== undefined ? emailSeen(first.event, colour) : slackSeen(message, colour)),
      // E-mail comes from CloudWatch, an alarm each.
      ...(severity === "info" ? {} : { showGroup: ({ messages }) => show(slackGroupSeen(messages, colour)) }),
    };
  }
}

const canGroup = ({ showGroup }: Channel): boolean => showGroup !== undefined;

/** What a channel said, behind how many of a group it did not take. */
function rootOf(error: unknown): string {
  if (!(error instanceof Error)) return "for no known reason";
  return error.cause instanceof Error ? rootOf(error.cause) : error.message;
}

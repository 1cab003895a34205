import type { Notice } from "../../lib/alarm-engine/engine";
import type { Rule } from "../../lib/rules/rule";
import type { Severity } from "../../lib/rules/severity";

/** How a severity's topic reaches people: the word at the head of a line, and what is counted. */
const WAYS = {
  critical: { head: "PAGE", counted: "page" },
  warning: { head: "SLACK", counted: "Slack message" },
  info: { head: "E-MAIL", counted: "e-mail" },
} as const satisfies Record<Severity, unknown>;

/** What alarms have told people so far, in words. */
export class Told {
  readonly #telling = new Set<string>();
  readonly #counts = new Map<string, number>();
  #recoveries = 0;
  #idle = 0;

  /** A notice as a line; undefined where it says that something is over of which nobody was told. */
  line({ alarm, state, actions }: Notice, { severity, summary }: Rule): string | undefined {
    const { head, counted } = WAYS[severity];
    const start = `${head} to ${actions.map(topicOf).join(", ")}:`;
    if (state === "ALARM") {
      this.#telling.add(alarm);
      this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
      return `${start} ALARM ${alarm}, ${summary}`;
    }
    if (!this.#telling.delete(alarm)) {
      this.#idle += 1;
      return undefined;
    }
    this.#recoveries += 1;
    return `${start} ${alarm} is over`;
  }

  /** All that was told, in one line. */
  summary(): string {
    const parts = [...this.#counts].map(([what, count]) => `${count} ${what}${count === 1 ? "" : "s"}`);
    if (this.#recoveries > 0) parts.push(`${this.#recoveries} ${this.#recoveries === 1 ? "recovery" : "recoveries"}`);
    const idle =
      this.#idle === 0 ? "" : `; besides ${this.#idle} OK of what nobody had been told of, as CloudWatch does`;
    return `told: ${parts.length === 0 ? "nobody" : parts.join(", ")}${idle}`;
  }
}

const topicOf = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1);

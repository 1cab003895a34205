import { nameIn } from "../../lib/arn";
import type { Properties, Sample, Tier } from "../../lib/metric";
import { STALE_MS } from "../../lib/notify/collector-lines";
import type { ChildAlarm, CollectorLine, ContextSource } from "../../lib/notify/context";
import { emfPublisher } from "../../lib/publish/emf";
import type { Publisher } from "../../lib/publish/publisher";
import type { Standing } from "../alarms/standing";

export interface LiveContextOptions {
  readonly environment: string;
  readonly tier: Tier;
  readonly standing: Standing;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What a page is told with in this process: the very lines that the collectors would log, and the alarms as they stand. */
export class LiveContext implements ContextSource {
  readonly #standing: Standing;
  readonly #now: () => number;
  readonly #publisher: Publisher;
  #lines: CollectorLine[] = [];

  constructor({ environment, tier, standing, now }: LiveContextOptions) {
    this.#standing = standing;
    this.#now = now;
    const write = async (text: string): Promise<void> => void this.#lines.push({ at: now(), text: text.trimEnd() });
    this.#publisher = emfPublisher({ environment, tier, write, now });
  }

  /** Takes what one slot gave, before the alarms are judged on it. */
  async publish(samples: readonly Sample[], properties: Properties, at: Date): Promise<void> {
    const from = this.#now() - STALE_MS;
    this.#lines = this.#lines.filter((line) => line.at > from);
    await this.#publisher.publish(samples, properties, at);
  }

  readonly lines: ContextSource["lines"] = async () => this.#lines;

  readonly firing: ContextSource["firing"] = async () => this.#standing.firing();

  readonly children: ContextSource["children"] = async ({ triggeringChildren }): Promise<ChildAlarm[]> =>
    triggeringChildren.flatMap((arn) => this.#standing.child(nameIn(arn)) ?? []);
}

import type { Properties, Sample } from "../metric";

/** Hands one slot's samples to CloudWatch; throws PublishError when not all of them got there. */
export interface Publisher {
  publish(samples: readonly Sample[], properties: Properties, at: Date): Promise<void>;
}

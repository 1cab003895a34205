import { sample } from "../metric";
import type { Publisher } from "../publish/publisher";
import { pagingDrill } from "./paging-metrics";

/** Makes the handler that begins a drill: its time is the value of the metric, which travels on as far as the page. */
export function drillHandler(publisher: Publisher, now: () => number = Date.now): () => Promise<void> {
  return async () => {
    const at = new Date(now());
    await publisher.publish([sample(pagingDrill, at.getTime() / 1000, at)], {}, at);
  };
}

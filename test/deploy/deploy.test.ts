import { describeAsWritten } from "./facts/as-written";
import { describeEmf } from "./facts/emf";
import { describeLogs } from "./facts/logs";
import { describeMetrics } from "./facts/metrics";
import { describePages } from "./facts/pages";
import { describeStacks } from "./facts/stacks";
import { elapsedSec } from "./progress";
import type { Page, Recorded } from "./recorded";
import { Stage } from "./stage";
import { play } from "./story";

/** The whole story takes five minutes, and the first time its tools as long again. */
const LIMIT_MS = 900_000;
const STOP_LIMIT_MS = 60_000;

let stage: Stage | undefined;
let recorded: Recorded | undefined;
let facts = 0;

beforeAll(async () => {
  stage = await Stage.start();
  recorded = await play(stage);
}, LIMIT_MS);

afterEach(() => {
  facts += expect.getState().assertionCalls;
});

afterAll(async () => {
  await stage?.stop();
  if (recorded) process.stdout.write(summary(recorded));
}, STOP_LIMIT_MS);

const played = (): Recorded => {
  if (recorded === undefined) throw new Error("the deploy did not come to its end");
  return recorded;
};

describe("the stacks", () => describeStacks(played));
describe("what is deployed", () => describeAsWritten(played));
describe("the metrics", () => describeMetrics(played));
describe("the embedded-metric lines", () => describeEmf(played));
describe("the closed loop", () => describePages(played));
describe("the logs", () => describeLogs(played));

function summary({ pages, releasedAt, resolvedAt }: Recorded): string {
  return [
    "",
    `${facts} facts asserted of a deploy that took ${elapsedSec()} s`,
    `from Redis write to received page: ${way("safe mode", pages.safeMode)}`,
    `                                   ${way("Redis down", pages.redisDown)}`,
    `from lifting safe mode to the received end: ${seconds(releasedAt, resolvedAt)} s`,
    "",
  ].join("\n");
}

function way(what: string, { written, sampled, shown, judged, delivered }: Page): string {
  const parts = [
    `sample ${seconds(written, sampled)}`,
    `datapoint ${seconds(sampled, shown)}`,
    `verdict ${seconds(shown, judged)}`,
    `delivered ${seconds(judged, delivered)}`,
  ];
  return `${what} ${seconds(written, delivered)} s (${parts.join(", ")})`;
}

function seconds(from: number, to: number): string {
  return ((to - from) / 1000).toFixed(1);
}

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
import { type Tools, tools } from "./tools";

/** What the emulator is made of is fetched the first time. */
const TOOLS_LIMIT_MS = 600_000;
/** Most of it is the schedule's first minute and the alarms' own windows; who waits for longer looks away. */
const STORY_LIMIT_MS = 480_000;
const STOP_LIMIT_MS = 60_000;

let stage: Stage | undefined;
let recorded: Recorded | undefined;
let facts = 0;

let programs: Tools | undefined;

beforeAll(async () => {
  programs = await tools();
}, TOOLS_LIMIT_MS);

beforeAll(async () => {
  if (programs === undefined) throw new Error("the emulator's tools are not there");
  stage = await Stage.start(programs);
  recorded = await play(stage);
}, STORY_LIMIT_MS);

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

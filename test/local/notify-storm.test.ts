import { AsyncLocalStorage } from "node:async_hooks";
import type { IncidentStore } from "../../lib/notify/incident-store";
import { notifyHandler } from "../../lib/notify/handler";
import { COLLECT_TIMEOUT_SEC } from "../../lib/collect-timeout";
import { makeLog } from "../../lib/log";
import { alarmArn, topicArn } from "../support/alarm-messages";
import { Stage } from "../support/notify-stage";
import type { Fault } from "../support/receivers/receiver";
import { type SlackMessage, textOf } from "../support/receivers/slack";
import { type History, seeded, type Storm, stormOf } from "../support/storm";

const MESSAGES = 10_000;
const ALARMS = 250;
const POISONS = 20;
const SANDBOXES = 4;
/** Lambda tries an event that failed twice more. */
const ATTEMPTS = 3;
/** What one run may take, by the clock that only sleeping and arriving move. */
const RUN_MS = COLLECT_TIMEOUT_SEC * 1000;
/** Lambda repeats what failed after a minute. */
const REPEAT_MS = 60_000;
const STORM_TIMEOUT_MS = 300_000;
const start = Date.parse("2026-03-01T00:00:00Z");

/** Shares of requests that meet a fault. */
const FAULTS: readonly (readonly [Fault, number])[] = [
  ["limit", 0.03],
  ["fail", 0.04],
  ["reset", 0.03],
  ["drop", 0.03],
  ["fail-after", 0.02],
  ["hang", 0.0004],
  ["slow", 0.0004],
];
/** Who does not answer is waited for so long, really; short of it a busy machine answers. */
const ATTEMPT_MS = 1000;

const stage = new Stage(start);
const random = seeded(17);
const dead: string[] = [];
/** The message that a run is about. */
const running = new AsyncLocalStorage<Queued>();
let storm: Storm;

beforeAll(async () => {
  await stage.listen();
  stage.attemptMs = ATTEMPT_MS;
  stage.store = failingNowAndThen(stage.store);
  for (const receiver of stage.receivers) receiver.fault = someFault;
  storm = stormOf(ALARMS, MESSAGES - POISONS, start, random);
  const poisons = Array.from({ length: POISONS }, (_, place) => ({
    at: start + place * 60_000,
    message: `poison ${place}`,
  }));
  await deliverAll([...storm.arrivals, ...poisons].toSorted((a, b) => a.at - b.at));
}, STORM_TIMEOUT_MS);

afterAll(async () => {
  await stage.stop();
});

interface Queued {
  readonly at: number;
  readonly message: string;
  /** Runs that failed of it. */
  readonly failed?: number;
}

/**
 * Sandboxes take messages from one queue, as Lambda's own hands them out; what fails comes again a minute later, and what
 * fails three times is dead.
 */
async function deliverAll(queue: readonly Queued[]): Promise<void> {
  const left = [...queue];
  const log = makeLog({ environment: "prod", version: "1", write: (text) => void stage.logged.push(text) });
  const sandbox = async (): Promise<void> => {
    const channels = [stage.bot(), stage.pager(), stage.webhook(), stage.slackHook()];
    const notifier = stage.notifier(channels);
    const handler = notifyHandler({ notifier, topics: [topicArn("critical")], clock: stage.clock, log });
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      stage.clock.set(next.at);
      const event = { Records: [{ Sns: { TopicArn: topicArn("critical"), Message: next.message } }] };
      const { message, failed = 0 } = next;
      const run = (): Promise<void> => handler(event, { getRemainingTimeInMillis: () => RUN_MS });
      await running.run(next, run).catch(() => {
        if (failed + 1 === ATTEMPTS) dead.push(message);
        else insert(left, { at: stage.clock.now() + REPEAT_MS, message, failed: failed + 1 });
      });
    }
  };
  await Promise.all(Array.from({ length: SANDBOXES }, sandbox));
}

function insert(queue: Queued[], one: Queued): void {
  const place = queue.findIndex(({ at }) => at > one.at);
  queue.splice(place < 0 ? queue.length : place, 0, one);
}

function someFault(): Fault | undefined {
  let rest = random();
  for (const [fault, share] of FAULTS) {
    if (rest < share) return fault;
    rest -= share;
  }
  return undefined;
}

/** The last run for a message does not: three deaths in a row make a dead letter of any message, as they should. */
const dies = (): boolean => (running.getStore()?.failed ?? 0) < ATTEMPTS - 1 && random() < 0.003;

/** A write that fails before or after it was done, as of a sandbox that dies. */
function failingNowAndThen(store: IncidentStore): IncidentStore {
  return {
    get: (key) => store.get(key),
    async put(...args) {
      if (dies()) throw new Error("the sandbox died before it wrote");
      const isPut = await store.put(...args);
      if (dies()) throw new Error("the sandbox died after it wrote");
      return isPut;
    },
  };
}

const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

/** What is to be seen of a history in the end, a text an incident. */
const expected = ({ label, incidents }: History): string[] =>
  incidents.map(({ since, until }) => `${label}: ${clock(since)}${until === undefined ? "" : ` to ${clock(until)}`}`);

const arns = (histories: readonly History[]): string[] =>
  histories.map(({ label }) => alarmArn(`prod-CollectorFailing-${label}`)).toSorted();

const textOfLast = ({ versions }: SlackMessage): string => textOf(versions.at(-1) ?? { text: "", blocks: [] });

/** The same, read off what a channel shows now; a message of a group shows several. */
const seen = (message: SlackMessage): string[] =>
  [...textOfLast(message).matchAll(/\((a\d+)\) \[prod\][^]*?(?=\(a\d+\) \[prod\]|$)/g)].map(([text, label]) => {
    const [, since] = /(?:Since|Lasted): (?:from )?(?:\d{4}-\d\d-\d\d )?([\d:]{8})/.exec(text) ?? [];
    const [, until] = / until (?:\d{4}-\d\d-\d\d )?([\d:]{8})/.exec(text) ?? [];
    return `${label}: ${since}${until === undefined ? "" : ` to ${until}`}`;
  });

test("every incident is one message in Slack with its final state: none lost, none twice", () => {
  const shown = stage.slack.seen.flatMap(seen);

  expect(stage.slack.received.length).toBeGreaterThan(4000);
  expect(shown.toSorted()).toEqual(storm.histories.flatMap(expected).toSorted());
  expect(stage.slack.refusals).toEqual([]);
});

test("no line of a thread is there twice", () => {
  const lines = stage.slack.messages.flatMap(({ threadTs, versions }) =>
    threadTs === undefined ? [] : [JSON.stringify([threadTs, versions[0]?.metadata])],
  );

  expect(lines.length).toBeGreaterThan(500);
  expect(new Set(lines).size).toBe(lines.length);
});

test("the pager had a page of every alarm, and has open what is open and nothing else", () => {
  const openKeys = stage.pagerduty.incidents.filter(({ isOpen }) => isOpen).map(({ key }) => key);
  const firing = storm.histories.filter(({ incidents }) => incidents.at(-1)?.until === undefined);

  expect(openKeys.toSorted()).toEqual(arns(firing));
  expect([...new Set(stage.pagerduty.incidents.map(({ key }) => key))].toSorted()).toEqual(arns(storm.histories));
  expect(stage.pagerduty.refusals).toEqual([]);
});

test("one's own webhook was told the last of every incident", () => {
  const ids = storm.histories.flatMap(({ label, incidents }) =>
    incidents.map(({ since, until }) => {
      const kind = until === undefined ? "alarm" : "over";
      return `${alarmArn(`prod-CollectorFailing-${label}`)}@${since}/${kind}`;
    }),
  );

  const missing = ids.filter((id) => !stage.own.taken.has(id));

  expect(missing).toEqual([]);
});

test("an incoming webhook of Slack's shows every incident, and what has ended as ended", () => {
  const ends = stage.hook.seen.flatMap((message) =>
    seen(message).map((one) => [one.split(" to ")[0], textOfLast(message).includes("OVER")]),
  );
  const shown = new Set(ends.map(String));

  const missing = storm.histories.flatMap(({ label, incidents }) =>
    incidents.map(({ since, until }) => String([`${label}: ${clock(since)}`, until !== undefined])),
  );

  expect(missing.filter((end) => !shown.has(end))).toEqual([]);
});

test("nothing ends as a dead letter, and what cannot be read is told once each", () => {
  const poisons = stage.slack.seen.flatMap((message) => /poison \d+/.exec(textOfLast(message))?.[0] ?? []);

  expect(dead).toEqual([]);
  expect(poisons.toSorted()).toEqual(Array.from({ length: POISONS }, (_, place) => `poison ${place}`).toSorted());
});

test("no log line of the storm holds a secret", () => {
  const telling = stage.logged.filter((line) => stage.secretTexts.some((secret) => line.includes(secret)));

  expect(telling).toEqual([]);
});

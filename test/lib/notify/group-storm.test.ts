import type { AlarmEvent } from "../../../lib/notify/alarm-event";
import { type IncidentStore, memoryStore } from "../../../lib/notify/incident-store";
import { metricEvent } from "../../support/alarm-messages";
import { Stage } from "../../support/notify-stage";
import type { Fault } from "../../support/receivers/receiver";
import { type Slack, type SlackMessage, textOf } from "../../support/receivers/slack";
import { seeded } from "../../support/storm";

const start = Date.parse("2026-03-01T00:00:00Z");
const MINUTE = 60_000;
/** A run's time by the clock that only sleeping moves: whoever else sleeps moves it, too. */
const RUN_MS = 600_000;
const ROUNDS = 8;
/** A round's alarms: several rules, of which some have several alarms. */
const FIRING = [
  ["CollectorFailing", "a", "b", "c", "d"],
  ["LambdaFailing", "a", "b"],
  ["QuantumPageUndelivered", "a"],
] as const;
const FAULTS: readonly Fault[] = ["limit", "fail", "reset", "drop", "fail-after"];
const FAULT_SHARE = 0.15;
const DEATH_SHARE = 0.02;

const stage = new Stage(start);
const random = seeded(23);
const store = memoryStore();
const dead: AlarmEvent[] = [];

beforeAll(async () => {
  await stage.listen();
  for (const receiver of stage.receivers) {
    receiver.fault = () => (random() < FAULT_SHARE ? FAULTS[Math.floor(random() * FAULTS.length)] : undefined);
  }
  for (let round = 0; round < ROUNDS; round++) await play(round);
  for (const receiver of stage.receivers) receiver.fault = () => undefined;
  await swept();
}, 60_000);

afterAll(async () => {
  await stage.stop();
});

/** Alarms fire and end, each change comes twice, to sandboxes that die now and then. */
async function play(round: number): Promise<void> {
  const at = stage.clock.now();
  const begun = FIRING.flatMap(([rule, ...labels]) =>
    labels.map((label) =>
      metricEvent({ at, name: `prod-${rule}-${label}${round}`, more: { AlarmTags: { severity: "warning", rule } } }),
    ),
  );
  await Promise.all(shuffled([...begun, ...begun]).map(notified));
  const over = new Date(stage.clock.now());
  const ends = begun.map((event) => Object.assign({}, event, { state: "OK", at: over } as const));
  await Promise.all(shuffled([...ends, ...ends]).map(notified));
}

const shuffled = (events: readonly AlarmEvent[]): AlarmEvent[] =>
  events
    .map((event) => ({ event, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ event }) => event);

const channels = () => [stage.bot(), stage.slackHook(), stage.pager()];

async function notified(event: AlarmEvent): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    stage.store = mortal();
    const isDone = await stage
      .notifier(channels())
      .notify(event, stage.clock.now() + RUN_MS)
      .then(
        () => true,
        () => false,
      );
    if (isDone) return;
    await stage.clock.sleep(MINUTE);
  }
  dead.push(event);
}

/** As of a sandbox that dies at one of its writes, if it does. */
function mortal(): IncidentStore {
  let isDead = false;
  const alive = (): void => {
    if (isDead) throw new Error("the sandbox died");
  };
  return {
    async get(key) {
      alive();
      return store.get(key);
    },
    async put(...args) {
      alive();
      isDead = random() < DEATH_SHARE;
      if (!isDead) return store.put(...args);
      if (random() < 0.5) await store.put(...args);
      throw new Error("the sandbox died");
    },
  };
}

/** What the function that repeats does each minute, and what is a dead letter is told again by hand. */
async function swept(): Promise<void> {
  stage.store = store;
  await stage.clock.sleep(3 * MINUTE);
  await stage.notifier(channels()).tellOverdue(stage.clock.now() + RUN_MS);
  for (const event of dead) await stage.notifier(channels()).notify(event, stage.clock.now() + RUN_MS);
}

/** The alarms of a message, by what stands behind each summary. */
const alarmsIn = ({ versions }: SlackMessage, version: number): string[] =>
  Array.from(
    textOf(versions.at(version) ?? { text: "", blocks: [] }).matchAll(/^(?:🔴|🟢) (.*: .*) \((\w\d+)\) \[prod\]$/gmu),
    ([, head = "", label = ""]) => `${head.replace(/^[^:]*: /, "").slice(0, 20)} ${label}`,
  );

const all = ({ seen }: Slack, version: number): string[] => seen.flatMap((message) => alarmsIn(message, version));

test("every alarm is in one message of Slack's, and that says that it is over", () => {
  const shown = all(stage.slack, -1);

  const open = stage.slack.seen.filter(({ versions }) =>
    textOf(versions.at(-1) ?? { text: "", blocks: [] }).includes("🔴"),
  );
  expect(shown).toHaveLength(ROUNDS * 7);
  expect(new Set(shown).size).toBe(ROUNDS * 7);
  expect(open).toEqual([]);
  expect(stage.slack.refusals).toEqual([]);
});

test("most of those that fired together are told together", () => {
  const sizes = stage.slack.seen.map((message) => alarmsIn(message, 0).length);

  const inGroups = sizes.filter((size) => size > 1).reduce((sum, size) => sum + size, 0);

  expect(inGroups).toBeGreaterThan((ROUNDS * 6 * 2) / 3);
});

test("an incoming webhook shows every one", () => {
  const shown = new Set(all(stage.hook, 0));

  expect(shown.size).toBe(ROUNDS * 7);
});

test("the pager has an incident of each, and none is open", () => {
  const { incidents } = stage.pagerduty;

  expect(new Set(incidents.map(({ key }) => key)).size).toBe(ROUNDS * 7);
  expect(incidents.filter(({ isOpen }) => isOpen)).toEqual([]);
});

test("nothing is left that waits", async () => {
  const left = await store.get("waiting warning");

  expect(left?.record.waiting).toEqual([]);
});

import type { AlarmEvent } from "../../../lib/notify/alarm-event";
import { type IncidentStore, memoryStore } from "../../../lib/notify/incident-store";
import { metricEvent } from "../../support/alarm-messages";
import { Stage } from "../../support/notify-stage";
import { duringEach } from "../../support/receivers/receiver";
import { type Slack, textOf } from "../../support/receivers/slack";

const start = Date.parse("2026-03-01T12:00:00Z");
const MINUTE = 60_000;
/** Of one function, as it is deployed. */
const RUN_MS = 98_000;
/** Of the run that waits for the others; the last deaths come too late to happen, which a test looks for. */
const MOST_WRITES = 60;
const LABELS = ["faults", "intents", "harvest"];
const stage = duringEach(() => new Stage(start + 1000).listen());

const alarms = LABELS.map((label) =>
  metricEvent({
    at: start,
    name: `prod-CollectorFailing-${label}`,
    more: { AlarmTags: { severity: "warning", rule: "CollectorFailing" } },
  }),
);
const ends = alarms.map((event): AlarmEvent => ({ ...event, state: "OK", at: new Date(start + 10 * MINUTE) }));

/** Writes of a run that nobody disturbed. */
let undisturbed = Infinity;

type Death = "before" | "after";

/** What a sandbox sees of the table: from its n-th write on, nothing any more. */
function dying(store: IncidentStore, death: Death, nth: number): IncidentStore {
  let writes = 0;
  undisturbed = Infinity;
  const alive = (): void => {
    if (writes >= nth) throw new Error("the sandbox died");
  };
  return {
    async get(key) {
      alive();
      return store.get(key);
    },
    async put(...args) {
      alive();
      writes += 1;
      undisturbed = writes;
      if (writes < nth) return store.put(...args);
      if (death === "after") await store.put(...args);
      throw new Error("the sandbox died");
    },
  };
}

/** Lambda tries what failed twice more, a minute or two later. */
async function notified(event: AlarmEvent, first: IncidentStore, store: IncidentStore): Promise<void> {
  for (const each of [first, store, store]) {
    stage().store = each;
    const notifier = stage().notifier([stage().bot(), stage().slackHook()]);
    const isDone = await notifier.notify(event, stage().clock.now() + RUN_MS).then(
      () => true,
      () => false,
    );
    if (isDone) return;
    await stage().clock.sleep(MINUTE);
  }
}

/** As the function that repeats does each minute. */
async function swept(store: IncidentStore): Promise<void> {
  stage().store = store;
  await stage().clock.sleep(2 * MINUTE);
  await stage()
    .notifier([stage().bot(), stage().slackHook()])
    .tellOverdue(stage().clock.now() + RUN_MS);
}

/** In how many messages of the channel each alarm stands. */
const places = ({ seen }: Slack): number[] =>
  LABELS.map(
    (label) =>
      seen.filter(({ versions: [first] }) => textOf(first ?? { text: "", blocks: [] }).includes(`(${label}) [prod]`))
        .length,
  );

const DEATHS = (["before", "after"] as const).flatMap((death) =>
  Array.from({ length: MOST_WRITES }, (_, place) => [death, place + 1] as const),
);

test.each(DEATHS)(
  "a run that dies %s its write %i loses no alarm of a group, and shows none twice",
  async (death, nth) => {
    const store = memoryStore();
    const [first, ...others] = alarms;
    // The first to come waits for all, once it has had time to say so.
    const leading = first && notified(first, dying(store, death, nth), store);
    await stage().clock.sleep(0);
    await Promise.all([leading, ...others.map((event) => notified(event, store, store))]);
    await swept(store);
    const begun = places(stage().slack);
    for (const event of ends) await notified(event, store, store);

    const [message] = stage().slack.seen;
    const left = await store.get("waiting warning");
    expect([begun, places(stage().slack)]).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(Math.min(...places(stage().hook))).toBeGreaterThan(0);
    expect(textOf(message?.versions.at(-1) ?? { text: "", blocks: [] })).toContain("OVER");
    expect(left?.record.waiting).toEqual([]);
  },
);

test("that is every write of such a run", () => {
  expect(undisturbed).toBeGreaterThan(20);
  expect(undisturbed).toBeLessThan(MOST_WRITES);
});

test.each(["drop", "fail-after", "reset", "fail"] as const)(
  "a group whose message was lost by %s is in Slack once",
  async (fault) => {
    const faults = [fault, undefined];
    stage().slack.fault = () => faults.shift();
    const store = memoryStore();

    await Promise.all(alarms.map((event) => notified(event, store, store)));

    expect(places(stage().slack)).toEqual([1, 1, 1]);
    expect(stage().slack.seen).toHaveLength(1);
  },
);

test("while Slack is away all of a group go on waiting, and are told by the next run that finds it", async () => {
  const store = memoryStore();
  stage().slack.fault = () => "fail";
  await Promise.all(alarms.map((event) => notified(event, store, store)));
  await expect(swept(store)).rejects.toThrow("harvest were not told in bot");
  const before = places(stage().slack);

  stage().slack.fault = () => undefined;
  await swept(store);

  expect([before, places(stage().slack)]).toEqual([
    [0, 0, 0],
    [1, 1, 1],
  ]);
  expect(stage().slack.seen).toHaveLength(1);
  expect(stage().hook.seen).toHaveLength(1);
});

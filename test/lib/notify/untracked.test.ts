import type { AlarmEvent } from "../../../lib/notify/alarm-event";
import { type IncidentStore, memoryStore } from "../../../lib/notify/incident-store";
import { patientStore } from "../../../lib/notify/patient-store";
import { metricEvent } from "../../support/alarm-messages";
import { Stage } from "../../support/notify-stage";
import { duringEach } from "../../support/receivers/receiver";
import { textOf } from "../../support/receivers/slack";

const start = Date.parse("2026-03-01T12:00:00Z");
const alarm = metricEvent({ at: start });
const over = metricEvent({ at: start + 60_000, state: "OK", reason: "fine again" });
const stage = duringEach(() => new Stage(start + 70_000).listen());
const soon = (): number => stage().clock.now() + 98_000;
const NOTE = "table does not answer";

const failing: IncidentStore = {
  get: () => Promise.reject(new Error("no table")),
  put: () => Promise.reject(new Error("no table")),
};
const hanging: IncidentStore = { get: () => new Promise(() => undefined), put: () => new Promise(() => undefined) };

const texts = (): string[] =>
  [...stage().slack.seen, ...stage().hook.seen].map(({ versions }) =>
    textOf(versions.at(-1) ?? { text: "", blocks: [] }),
  );
const all = () => [stage().bot(), stage().pager(), stage().webhook(), stage().slackHook()];

/** A kind of mistake: a page waits for what is only there to keep it tidy. */
describe.each([
  ["fails", failing],
  ["hangs", hanging],
])("where the store of what was told %s", (_, store) => {
  beforeEach(() => {
    stage().store = patientStore(store);
  });

  it.each(["critical", "warning"])("a %s page goes out at once, and says so", async (severity) => {
    const event = metricEvent({ at: start, more: { AlarmTags: { severity } } });

    await stage().notifier(all()).notify(event, soon());

    expect(texts()).toHaveLength(2);
    for (const text of texts()) expect(text).toContain(NOTE);
    expect(stage().pagerduty.incidents).toMatchObject([{ isOpen: true, triggers: 1 }]);
    expect(stage().own.taken.size).toBe(1);
  });

  it("an end only resolves, and says that nobody knows when it began", async () => {
    await stage().notifier(all()).notify(over, soon());

    expect(texts().map((text) => [text.includes("OVER"), text.includes(NOTE), text.includes("Lasted")])).toEqual([
      [true, true, false],
      [true, true, false],
    ]);
    expect(stage().pagerduty.events).toMatchObject([{ event_action: "resolve" }]);
  });

  it("an end of what was no alarm is told to nobody, and ends what may be open", async () => {
    const event: AlarmEvent = { ...over, previous: "INSUFFICIENT_DATA" };

    await stage().notifier(all()).notify(event, soon());

    expect(texts()).toEqual([]);
    expect(stage().pagerduty.events).toMatchObject([{ event_action: "resolve" }]);
  });
});

it("once the store is back, an end ends what was told without it: one incident at the pager", async () => {
  stage().store = patientStore(failing);
  await stage().notifier(all()).notify(alarm, soon());
  stage().store = memoryStore();

  await stage().notifier(all()).notify(alarm, soon());
  await stage().notifier(all()).notify(over, soon());

  expect(stage().pagerduty.incidents).toMatchObject([{ isOpen: false }]);
  expect(texts().some((text) => text.includes("OVER"))).toBe(true);
});

/** Every third call fails, one of a write before it or after it in turn; the next try of it does not. */
function shaky(kept: IncidentStore): IncidentStore {
  let calls = 0;
  let isRetry = false;
  const isFailing = (): boolean => {
    calls += 1;
    isRetry = !isRetry && calls % 3 === 0;
    return isRetry;
  };
  return {
    async get(key) {
      if (isFailing()) throw new Error("before");
      return kept.get(key);
    },
    async put(...args) {
      const fails = isFailing();
      if (fails && calls % 2 === 0) throw new Error("before");
      const isPut = await kept.put(...args);
      if (fails) throw new Error("after");
      return isPut;
    },
  };
}

it.each(["bot", "pager"] as const)(
  "a store that fails now and then is tried again, and nothing is told twice (%s)",
  async (channel) => {
    stage().store = patientStore(shaky(memoryStore()));

    for (const event of [alarm, alarm, over, over]) await stage().notifier([stage()[channel]()]).notify(event, soon());

    const { slack, pagerduty } = stage();
    const seen = channel === "bot" ? slack.seen.map(() => false) : pagerduty.incidents.map(({ isOpen }) => isOpen);
    expect(seen).toEqual([false]);
    expect(texts().join()).not.toContain(NOTE);
  },
);

it("a store that is never done writing is not written to for ever", async () => {
  const kept = memoryStore();
  let puts = 0;
  // The first write, that it is about to be told, is done.
  stage().store = { get: (key) => kept.get(key), put: async (...args) => ++puts === 1 && kept.put(...args) };

  await stage().notifier([stage().pager()]).notify(alarm, soon());

  expect(stage().pagerduty.incidents).toMatchObject([{ isOpen: true, triggers: 1 }]);
});

/** A store whose writer dies at one of its writes. */
function dyingAt(place: number, isAfter: boolean): IncidentStore {
  const kept = memoryStore();
  let puts = 0;
  return {
    get: (key) => kept.get(key),
    async put(...args) {
      puts += 1;
      const dies = puts === place;
      if (dies && !isAfter) throw new Error("before");
      const isPut = await kept.put(...args);
      if (dies) throw new Error("after");
      return isPut;
    },
  };
}

/** A kind of mistake: two things are sent in one step, of which the store can say only that one of them may have been. */
describe("a write that fails never opens an incident again", () => {
  const orders: readonly (readonly [string, readonly AlarmEvent[]])[] = [
    ["in order", [alarm, over]],
    ["the end first", [over, alarm]],
    ["the end twice", [alarm, over, over]],
    ["the end first, and twice", [over, over, alarm, over]],
  ];

  it.each(orders)("%s, whichever write it is, before or after", async (_, events) => {
    for (let place = 1; place <= 10; place++) {
      for (const isAfter of [false, true]) {
        stage().pagerduty.incidents.length = 0;
        stage().store = dyingAt(place, isAfter);
        for (const event of events) {
          for (let run = 0; run < 3; run++) {
            // Whoever died keeps its lease until its time is over.
            stage().clock.set(stage().clock.now() + 100_000);
            if (
              await stage()
                .notifier([stage().pager()])
                .notify(event, soon())
                .then(
                  () => true,
                  () => false,
                )
            )
              break;
          }
        }
        expect([place, isAfter, stage().pagerduty.incidents.map(({ isOpen }) => isOpen)]).toEqual([
          place,
          isAfter,
          [false],
        ]);
      }
    }
  });
});

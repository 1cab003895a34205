import { drillHandler } from "../../../lib/notify/drill-handler";
import {
  drillBegun,
  type DrillRecord,
  drillSeconds,
  drillsUntil,
  lastDue,
  rememberDrill,
} from "../../../lib/notify/drill";
import { memoryStore } from "../../../lib/notify/incident-store";
import { emfPublisher } from "../../../lib/publish/emf";
import { metricEvent } from "../../support/alarm-messages";

const begun = Date.parse("2026-03-02T10:00:12Z");
const due = Date.parse("2026-03-02T10:00:00Z");
const weekly = { day: 1, minute: 600 };
const week = 7 * 86_400_000;

/** As CloudWatch writes the value of a drill's metric. */
const reasonOf = (seconds: string): string =>
  `Threshold Crossed: 1 out of the last 1 datapoints [${seconds} (02/03/26 10:00:00)] was greater than the threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition).`;
const drilled = (more: object = {}) =>
  metricEvent({ name: "prod-PagingDrill", at: begun + 40_000, reason: reasonOf("1.772445612E9"), ...more });

test("the drill's metric is the time at which it was begun, and the alarm's message says that time", async () => {
  const written: string[] = [];
  const publisher = emfPublisher({
    environment: "prod",
    tier: "alarmed",
    write: async (text) => void written.push(text),
    now: () => begun,
  });

  await drillHandler(publisher, () => begun)();

  const { quantum_paging_drill: value } = JSON.parse(written.join("")) as { quantum_paging_drill: number };
  expect(value * 1000).toBe(begun);
  expect(drillBegun(drilled())).toBe(begun);
});

test("a drill by hand, which sets the alarm's state, begins with that", () => {
  const event = drilled({ reason: "DRILL by hand" });

  expect(drillBegun(event)).toBe(begun + 40_000);
});

test.each([
  ["the end of one", drilled({ state: "OK" })],
  ["an alarm that is none", metricEvent({ at: begun })],
  ["a time that is not of this drill", drilled({ reason: reasonOf("1.7E9") })],
])("%s begins no drill", (_, event) => {
  const found = drillBegun(event);

  expect(found).toBeUndefined();
});

test.each([
  ["before its time", "2026-03-02T09:59:59Z", "2026-02-23T10:00:00Z"],
  ["at its time", "2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"],
  ["a day later", "2026-03-03T10:00:00Z", "2026-03-02T10:00:00Z"],
])("a drill is due every Monday at ten: %s", (_, now, expected) => {
  const last = lastDue(weekly, Date.parse(now));

  expect(new Date(last).toISOString()).toBe(new Date(expected).toISOString());
});

test.each<[string, DrillRecord, number, number | undefined]>([
  ["none was due yet", { since: due + 1 }, due + 3_600_000, undefined],
  ["the first one is overdue", { since: due - 1 }, due + 180_000, 120],
  ["it was told", { since: 0, begun, told: begun + 45_000 }, due + 3_600_000, 45],
  ["it was told late", { since: 0, begun, told: begun + 150_000 }, due + 3_600_000, 150],
  ["the next one is overdue", { since: 0, begun, told: begun + 45_000 }, due + week + 300_000, 240],
  ["the next one has just begun", { since: 0, begun, told: begun + 45_000 }, due + week + 20_000, 0],
])("time to page: %s", (_, record, now, expected) => {
  const seconds = drillSeconds(record, weekly, now);

  expect(seconds).toBe(expected);
});

test("a drill that the scheduler begins 59 s late, and that takes 75 s, is never seen above them", async () => {
  const store = memoryStore<DrillRecord>();
  const begins = due + 59_000;
  await drillsUntil(store, due - week / 2);
  const secondsAt = async (minute: number): Promise<number | undefined> => {
    // The function that publishes runs a few seconds past the minute.
    const now = due + minute * 60_000 + 4000;
    return drillSeconds(await drillsUntil(store, now), weekly, now);
  };

  const before = [await secondsAt(0), await secondsAt(1), await secondsAt(2)];
  await rememberDrill(store, begins, begins + 75_000);
  const after = await secondsAt(3);

  expect([before, after]).toEqual([[0, 4, 64], 75]);
});

test("drills are expected from the first look on, and an older one that is told late changes nothing", async () => {
  const store = memoryStore<DrillRecord>();

  const first = await drillsUntil(store, due);
  await rememberDrill(store, begun, begun + 45_000);
  await rememberDrill(store, begun - week, begun + 60_000);
  const last = await drillsUntil(store, due + week);

  expect([first, last]).toEqual([{ since: due }, { since: due, begun, told: begun + 45_000 }]);
});

test("two that remember at the same time both get through", async () => {
  const store = memoryStore<DrillRecord>();

  await Promise.all([drillsUntil(store, due), rememberDrill(store, begun, begun + 45_000), drillsUntil(store, due)]);

  expect((await store.get("drill"))?.record).toMatchObject({ begun, told: begun + 45_000 });
});

import * as fc from "fast-check";

import type { AlarmEvent } from "../../../lib/notify/alarm-event";
import {
  type AlarmRecord,
  incidentsOf,
  NOTHING_SEEN,
  outstanding,
  pruned,
  viewOf,
  withEvent,
} from "../../../lib/notify/incidents";
import { metricEvent } from "../../support/alarm-messages";

const event = (at: number, state: "ALARM" | "OK", previous?: AlarmEvent["state"]): AlarmEvent =>
  metricEvent({ at, state, reason: `at ${at}`, ...(previous === undefined ? {} : { previous }) });

const record = (...events: readonly AlarmEvent[]): AlarmRecord => events.reduce(withEvent, NOTHING_SEEN);
const spans = (...events: readonly AlarmEvent[]): unknown[] =>
  incidentsOf(record(...events).seen).map(({ since, until, isOver }) => [since, isOver ? (until ?? "over") : "open"]);

const [alarm1, ok2, alarm3, ok4] = [event(1, "ALARM"), event(2, "OK"), event(3, "ALARM"), event(4, "OK")];

test.each([
  ["in order", [alarm1, ok2], [[1, 2]]],
  ["the end first", [ok2, alarm1], [[1, 2]]],
  ["twice", [alarm1, alarm1, ok2, ok2, alarm1], [[1, 2]]],
  [
    "two, in order",
    [alarm1, ok2, alarm3, ok4],
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    "two, backwards",
    [ok4, alarm3, ok2, alarm1],
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    "a second beginning before the first's end was heard of",
    [alarm1, alarm3],
    [
      [1, "over"],
      [3, "open"],
    ],
  ],
  ["an end alone, as of a new alarm", [ok2], []],
  ["ALARM again without a change", [alarm1, event(3, "ALARM", "ALARM")], [[1, "open"]]],
  [
    "ALARM again after data were insufficient",
    [alarm1, event(3, "ALARM", "INSUFFICIENT_DATA")],
    [
      [1, "over"],
      [3, "open"],
    ],
  ],
])("incidents heard of %s", (_, events, expected) => {
  const found = spans(...events);

  expect(found).toEqual(expected);
});

test("incidents do not depend on the order in which changes come, nor on how often", () => {
  const times = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 20 });
  const order = fc.array(fc.nat(), { minLength: 60, maxLength: 60 });
  fc.assert(
    fc.property(times, order, (unsorted, keys) => {
      const events = unsorted.toSorted((a, b) => a - b).map((at, place) => event(at, place % 2 === 0 ? "ALARM" : "OK"));
      const shuffled = [...events, ...events, ...events]
        .map((one, place) => ({ one, key: keys[place] ?? 0 }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ one }) => one);

      expect(spans(...shuffled)).toEqual(spans(...events));
    }),
    { numRuns: 200 },
  );
});

test("what a channel shows is compared with what is so; only one that can edit corrects an end", () => {
  const incident = { since: 1, isOver: true, reason: "" };

  const views = [true, false].map((canEdit) => [viewOf(incident, canEdit), viewOf({ ...incident, until: 2 }, canEdit)]);

  expect(views).toEqual([
    ["over", "over 2"],
    ["over", "over"],
  ]);
});

test("what is not shown as it is comes oldest first, and knows of a later one that is open", () => {
  const shown = { ...record(alarm1, ok2, alarm3), shown: { 3: { view: "alarm" } } };

  const found = outstanding(shown, true);

  expect(found).toMatchObject([{ incident: { since: 1, until: 2 }, view: "over 2", isOvertaken: true }]);
});

test("a long record forgets what is over and told, and takes nothing of it for new", () => {
  const events = Array.from({ length: 80 }, (_, place) => event(place + 1, place % 2 === 0 ? "ALARM" : "OK"));
  const long = record(...events);
  const views = incidentsOf(long.seen).map(({ since, until }) => [since, { view: `over ${until}` }] as const);
  const told = { ...long, shown: Object.fromEntries(views) };

  const short = pruned(told, true);

  expect(short.seen).toHaveLength(60);
  expect(outstanding(withEvent(short, events[0] as AlarmEvent), true)).toEqual([]);
  expect(outstanding(withEvent(short, events[30] as AlarmEvent), true)).toEqual([]);
});

test("a long record forgets nothing that is open or was not told", () => {
  const events = Array.from({ length: 80 }, (_, place) => event(place + 1, place % 2 === 0 ? "ALARM" : "OK"));

  const kept = pruned(record(...events), true);

  expect(kept.seen).toHaveLength(80);
});

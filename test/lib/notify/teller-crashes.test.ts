import type { Channel } from "../../../lib/notify/channel";
import type { IncidentStore } from "../../../lib/notify/incident-store";
import { tell } from "../../../lib/notify/teller";
import { metricEvent } from "../../support/alarm-messages";
import { textOf } from "../../support/receivers/slack";
import { duringEach } from "../../support/receivers/receiver";
import { Stage } from "../../support/notify-stage";

const start = Date.parse("2026-03-01T12:00:00Z");
const alarm = metricEvent({ at: start });
const over = metricEvent({ at: start + 60_000, state: "OK", reason: "fine again" });
const stage = duringEach(() => new Stage(start + 70_000).listen());
const soon = (): number => stage().clock.now() + 60_000;

/** What people see: each message of the channel by its last heading. */
const headings = (): string[] =>
  stage().slack.seen.map(({ versions }) => textOf(versions.at(-1) ?? { text: "", blocks: [] }).split(":")[0] ?? "");

test("a crash after the message was posted and before that was remembered shows no second one", async () => {
  const { store } = stage();
  let puts = 0;
  stage().store = { ...store, put: (...args) => (++puts > 1 ? crash() : store.put(...args)) };
  const crashed = await outcome(stage().notifier([stage().bot()]).notify(alarm, soon()));
  stage().store = store;
  await stage().clock.sleep(120_000);

  await stage().notifier([stage().bot()]).notify(alarm, soon());
  await stage().notifier([stage().bot()]).notify(over, soon());

  expect(crashed).toContain("was not told in bot");
  expect(headings()).toEqual(["🟢 OVER after 1 min"]);
});

test("a crash before the message was posted loses nothing", async () => {
  const channel: Channel = { ...stage().bot(), show: crash };
  const first = await outcome(stage().notifier([channel]).notify(alarm, soon()));

  await stage().notifier([stage().bot()]).notify(alarm, soon());

  expect(first).toContain("was not told in bot");
  expect(headings()).toEqual(["🔴 CRITICAL"]);
});

test("an incident whose beginning could not be told is told with its end, to the pager as both", async () => {
  stage().pagerduty.fault = () => "fail";
  const lost = await outcome(
    stage()
      .notifier([stage().pager()])
      .notify(alarm, stage().clock.now() + 5000),
  );
  stage().pagerduty.fault = () => undefined;

  await stage().notifier([stage().pager()]).notify(over, soon());

  expect(lost).toContain("was not told in pagerduty");
  expect(stage().pagerduty.events.map((one) => one.event_action)).toEqual(["trigger", "resolve"]);
});

test("who finds another telling waits for it, and fails where that takes too long", async () => {
  const { store, clock } = stage();
  const key = `bot ${alarm.identity}`;
  const lease = { owner: "another", until: clock.now() + 3_600_000 };
  await store.put(key, { seen: [], shown: {}, forgottenUntil: 0, lease }, 0);

  const waiting = await outcome(
    stage()
      .notifier([stage().bot()])
      .notify(alarm, clock.now() + 5000),
  );
  const left = await store.get(key);

  expect(waiting).toContain("was not told in bot");
  expect(headings()).toEqual([]);
  expect(left?.record.seen).toHaveLength(1);
});

test("a lease that has run out stops nobody", async () => {
  const { store, clock } = stage();
  const lease = { owner: "crashed", until: clock.now() - 1 };
  await store.put(`bot ${alarm.identity}`, { seen: [], shown: {}, forgottenUntil: 0, lease }, 0);

  await stage().notifier([stage().bot()]).notify(alarm, soon());

  expect(headings()).toEqual(["🔴 CRITICAL"]);
});

test("a store that cannot be read fails the telling, and nothing is sent that could not be remembered", async () => {
  const broken: IncidentStore = { get: crash, put: crash };
  const { clock } = stage();
  const wording = crash;

  const telling = tell(stage().bot(), alarm, wording, { store: broken, clock, owner: "me", deadline: soon() });

  await expect(telling).rejects.toThrow("crashed");
  expect(stage().slack.received).toEqual([]);
});

function crash(): Promise<never> {
  return Promise.reject(new Error("crashed"));
}

async function outcome(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => "done", String);
}

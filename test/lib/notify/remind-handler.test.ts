import { makeLog } from "../../../lib/log";
import { type DrillRecord, rememberDrill } from "../../../lib/notify/drill";
import { beat, isPagingWell } from "../../../lib/notify/heartbeat";
import { memoryStore } from "../../../lib/notify/incident-store";
import { remindHandler } from "../../../lib/notify/remind-handler";
import { Reminder } from "../../../lib/notify/reminding";
import { emfPublisher } from "../../../lib/publish/emf";
import { metricEvent } from "../../support/alarm-messages";
import { NO_CONTEXT, Stage, SURROUNDINGS } from "../../support/notify-stage";
import { duringEach, Receiver } from "../../support/receivers/receiver";

const due = Date.parse("2026-03-02T10:00:00Z");
const stage = duringEach(() => new Stage(due).listen());
const watcher = duringEach(() => new Receiver(() => ({ status: 200, body: "OK" })).listen());
const context = { getRemainingTimeInMillis: () => 30_000 };
const firing = (name: string) => metricEvent({ at: due - 3_600_000, name });
const unwell = firing("prod-QuantumPageUndelivered-critical-notify");
const HOUR = 3_600_000;

function setting(
  fires: ReturnType<typeof firing>[] = [],
  tellOverdue: (deadline: number) => Promise<void> = async () => undefined,
) {
  const { store, clock, logged } = stage();
  const written: string[] = [];
  const log = makeLog({ environment: "prod", version: "1", write: (text) => void logged.push(text) });
  const publisher = emfPublisher({
    environment: "prod",
    tier: "alarmed",
    write: async (text) => void written.push(text),
    now: () => clock.now(),
  });
  const reminder = new Reminder({
    environment: "prod",
    rules: [],
    channels: [stage().webhook()],
    store,
    context: NO_CONTEXT,
    surroundings: SURROUNDINGS,
    repeats: { critical: 1800_000, warning: HOUR, rules: {} },
    clock,
    log,
  });
  const drills = { store: memoryStore<DrillRecord>(), weekly: { day: 1, minute: 600 }, publisher };
  const url = `${watcher().url}/ping/quantum`;
  const heartbeat = { everyMs: 300_000, beat: (deadline: number) => beat(url, clock, deadline) };
  const standing = async () => ({ firing: fires, silences: [] });
  const handler = remindHandler({
    environment: "prod",
    standing,
    reminder,
    tellOverdue,
    clock,
    log,
    drills,
    heartbeat,
  });
  const at = (minutes: number) => {
    stage().clock.set(due + minutes * 60_000);
    return handler({ scheduledAt: new Date(due + minutes * 60_000).toISOString() }, context);
  };
  const published = (metric = "quantum_paging_time_to_page_seconds") =>
    written.map((line) => (JSON.parse(line) as Record<string, number>)[metric]);
  return { at, published, drills };
}

test("the outside watcher is called at its times and not at others", async () => {
  const { at } = setting();

  for (const minute of [0, 1, 2, 3, 4, 5, 6]) await at(minute);

  expect(watcher().received.map(({ path, body }) => [path, body])).toEqual([
    ["/ping/quantum", ""],
    ["/ping/quantum", ""],
  ]);
});

test("the outside watcher is not called while pages do not arrive", async () => {
  const { at } = setting([unwell]);

  await at(0);

  expect(watcher().received).toEqual([]);
  expect(stage().logged.join("")).toContain("no heartbeat");
});

test("what was left over by a run that died is told, and where that fails the outside watcher is not called", async () => {
  const asked: number[] = [];
  const overdue = async (deadline: number): Promise<void> => void asked.push(deadline);

  await setting([], overdue).at(0);
  const failing = setting([], () => Promise.reject(new Error("Slack is away"))).at(5);

  await expect(failing).rejects.toThrow("not all was told again");
  expect(asked).toEqual([due + 28_000]);
  expect(watcher().received).toHaveLength(1);
});

test("the outside watcher is not called when a reminder could not be told", async () => {
  const alarm = firing("prod-QuantumSafeModeActive");
  await stage()
    .notifier([stage().webhook()])
    .notify(alarm, due + 60_000);
  stage().own.fault = () => "fail";
  const { at } = setting([alarm]);

  await expect(at(0)).rejects.toThrow("not all was told again");

  expect(watcher().received).toEqual([]);
});

test("a watcher that does not answer fails the run, without its address in the error", async () => {
  const { at } = setting();
  watcher().fault = () => "fail";

  const error: unknown = await at(0).catch((thrown: unknown) => thrown);

  expect(String(error)).toMatch(/^DeliveryError: the outside watcher: answered 500/);
  expect(String(error)).not.toContain("/ping/");
});

test("the time to page is published with each run: of an overdue drill how long it is waited for, then what it took", async () => {
  const { at, published, drills } = setting();

  await at(0);
  await at(3);
  await rememberDrill(drills.store, due + 200_000, due + 245_000);
  await at(5);

  expect(published()).toEqual([0, 120, 45]);
  expect(published("quantum_paging_last_drill")).toEqual([0, 0, (due + 200_000) / 1000]);
});

test.each([
  ["prod-QuantumPageUndelivered-critical-pagerduty", false],
  ["prod-PagerDrillFailed", false],
  ["prod-LambdaFailing-notify", false],
  ["prod-LambdaThrottled-notify", false],
  ["prod-LambdaFailing-collect", true],
  ["prod-RedisDown", true],
  ["staging-PagerDrillFailed", true],
])("while %s fires, that pages arrive is %p", (name, isWell) => {
  const found = isPagingWell("prod", ["prod-QuantumFaultSeen", name]);

  expect(found).toBe(isWell);
});

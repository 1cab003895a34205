import { metricEvent } from "../../../support/alarm-messages";
import { Stage } from "../../../support/notify-stage";
import { duringEach } from "../../../support/receivers/receiver";

const start = Date.parse("2026-03-01T12:00:00Z");
const ALARMS = 70;
const stage = duringEach(() => new Stage(start).listen());

const [begun, ended] = [
  (place: number) => metricEvent({ at: start, name: `prod-QuantumFaultSeen-${place}`, state: "ALARM" }),
  (place: number) => metricEvent({ at: start + 60_000, name: `prod-QuantumFaultSeen-${place}`, state: "OK" }),
];

/** All that one sandbox is given, as fast as it takes it; a stranger's alarm whose wait is over waits for nobody. */
async function tellAll(make: typeof begun, channel = stage().bot()): Promise<void> {
  const notifier = stage().notifier([channel]);
  stage().clock.set(start + 120_000);
  for (let place = 0; place < ALARMS; place++) await notifier.notify(make(place), stage().clock.now() + 98_000);
}

test("a sandbox keeps Slack's rate by itself: a bot is never refused for posting too soon", async () => {
  await tellAll(begun);

  expect(stage().slack.seen).toHaveLength(ALARMS);
  expect(stage().slack.limited).toBe(0);
});

test("nor for editing more than fifty messages a minute", async () => {
  const channel = stage().bot();
  await tellAll(begun, channel);

  await tellAll(ended, channel);

  expect(stage().slack.seen.map(({ versions }) => versions.length)).toEqual(Array.from({ length: ALARMS }, () => 2));
  expect(stage().slack.limited).toBe(0);
});

test("nor is an incoming webhook", async () => {
  await tellAll(begun, stage().slackHook());

  expect(stage().hook.seen).toHaveLength(ALARMS);
  expect(stage().hook.limited).toBe(0);
});

import { makeLog } from "../../../lib/log";
import type { Channel } from "../../../lib/notify/channel";
import { Notifier } from "../../../lib/notify/notifier";
import { metricEvent } from "../../support/alarm-messages";
import { NO_CONTEXT, Stage, SURROUNDINGS } from "../../support/notify-stage";
import { duringEach } from "../../support/receivers/receiver";

const begun = Date.parse("2026-03-02T10:00:12Z");
const drill = metricEvent({
  name: "prod-PagingDrill",
  at: begun + 40_000,
  reason: "Threshold Crossed: 1 datapoint [1.772445612E9 (02/03/26 10:00:00)] was greater than the threshold (0.0).",
});
const stage = duringEach(() => new Stage(begun + 41_000).listen());
const soon = (): number => stage().clock.now() + 20_000;

function measured(channels: readonly Channel[], fails = false) {
  const { store, clock, logged } = stage();
  const log = makeLog({ environment: "prod", version: "1", write: (text) => void logged.push(text) });
  const [context, surroundings] = [NO_CONTEXT, SURROUNDINGS];
  const seconds: number[] = [];
  const drilled = async (from: number, told: number): Promise<void> => {
    if (fails) throw new Error("the table is away");
    seconds.push((told - from) / 1000);
  };
  const notifier = new Notifier({ rules: [], channels, store, context, surroundings, clock, log, drilled });
  return { notifier, seconds };
}

test("a drill that every channel told is measured from its beginning, once, and says that nothing is to be done", async () => {
  const { notifier, seconds } = measured([stage().webhook(), stage().slackHook()]);

  await notifier.notify(drill, soon());
  await notifier.notify(drill, soon());

  expect(seconds).toEqual([41]);
  expect([...stage().own.taken.values()]).toEqual([
    expect.objectContaining({
      title: expect.stringMatching(/^DRILL, nothing to do: CRITICAL: /),
      first_step: "Nothing: that you read this is what it is for.",
      is_drill: true,
    }),
  ]);
});

test("a drill that one channel did not tell is measured when that one has", async () => {
  stage().own.fault = () => "fail";
  const { notifier, seconds } = measured([stage().webhook(), stage().slackHook()]);

  await expect(notifier.notify(drill, soon())).rejects.toThrow("prod-PagingDrill was not told in own");
  const before = [...seconds];
  stage().own.fault = () => undefined;
  stage().clock.set(begun + 101_000);
  await notifier.notify(drill, soon());

  expect([before, seconds]).toEqual([[], [101]]);
});

test("an alarm that is no drill is not measured", async () => {
  const { notifier, seconds } = measured([stage().webhook()]);

  await notifier.notify(metricEvent({ at: begun }), soon());

  expect(seconds).toEqual([]);
});

test("a drill that was told and could not be measured is in the log, and not told again for it", async () => {
  const { notifier } = measured([stage().webhook()], true);

  await notifier.notify(drill, soon());

  expect(stage().logged.join("")).toContain("a drill could not be measured");
  expect(stage().own.received).toHaveLength(1);
});

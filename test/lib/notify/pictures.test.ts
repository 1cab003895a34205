import type { ChartSource } from "../../../lib/notify/charts";
import { metricEvent } from "../../support/alarm-messages";
import { PNG } from "../../support/chart-api";
import { IMPATIENT_MS, NO_CONTEXT, Stage } from "../../support/notify-stage";
import { duringEach, type Fault } from "../../support/receivers/receiver";

const start = Date.parse("2026-03-01T12:00:00Z");
const alarm = metricEvent({ at: start });
const over = metricEvent({ at: start + 60_000, state: "OK", reason: "fine again" });
const stage = duringEach(() => new Stage(start + 70_000).listen());
const soon = (): number => stage().clock.now() + 60_000;

/** Charts that are there at once, and how many were asked for. */
class Charts implements ChartSource {
  asked = 0;

  async draw(): Promise<Buffer<ArrayBuffer>> {
    this.asked += 1;
    return PNG;
  }
}

const told = (charts: ChartSource, channel = stage().bot()) => stage().notifier([channel], NO_CONTEXT, charts);

function faultAt(path: string, fault: Fault): void {
  stage().slack.fault = (received) => (received.path.startsWith(path) ? fault : undefined);
}

/** What was logged of pictures that are not there, without a secret in any line. */
function reasons(): string[] {
  const text = stage().logged.join("");
  for (const secret of [...stage().secretTexts, "key-of-the-upload", "/upload/"]) expect(text).not.toContain(secret);
  const lines = stage().logged.map((line) => JSON.parse(line) as { message: string; error?: { message: string } });
  return lines.flatMap(({ message, error }) => (message === "no picture" ? [error?.message ?? ""] : []));
}

test("the picture comes into the incident's thread, after its message", async () => {
  let seenBefore = 0;
  const charts = {
    draw: async () => {
      seenBefore = stage().slack.seen.length;
      return PNG;
    },
  };

  await told(charts).notify(alarm, soon());

  const { files, seen, refusals } = stage().slack;
  expect([seenBefore, refusals, reasons()]).toEqual([1, [], []]);
  expect(files.seen).toEqual([
    { id: expect.any(String), title: "prod-QuantumSafeModeActive", threadTs: seen[0]?.ts, bytes: PNG },
  ]);
});

test("many sandboxes with the same event, again and again and to its end, add one picture", async () => {
  const charts = new Charts();
  const notifiers = Array.from({ length: 8 }, () => told(charts));

  await Promise.all(notifiers.map((notifier) => notifier.notify(alarm, soon())));
  await told(charts).notify(alarm, soon());
  await told(charts).notify(over, soon());

  expect([stage().slack.files.seen.length, charts.asked]).toEqual([1, 1]);
});

test("a message that is found again after a crash gets no second picture", async () => {
  const charts = new Charts();
  const { store } = stage();
  await told(charts).notify(alarm, soon());
  const key = `bot ${alarm.identity}`;
  const { record, version } = (await store.get(key)) ?? { record: undefined, version: 0 };
  if (record === undefined) throw new Error("nothing is remembered");
  await store.put(key, { ...record, shown: { [start]: { trying: "alarm" } } }, version);

  await told(charts).notify(alarm, soon());

  expect([stage().slack.seen.length, stage().slack.files.seen.length]).toEqual([1, 1]);
});

test("the next incident of the alarm has a picture of its own", async () => {
  const notifier = told(new Charts());

  await notifier.notify(alarm, soon());
  await notifier.notify(over, soon());
  await notifier.notify(metricEvent({ at: start + 65_000 }), soon());

  const { files, seen } = stage().slack;
  expect(files.seen.map(({ threadTs }) => threadTs)).toEqual(seen.map(({ ts }) => ts));
  expect(seen).toHaveLength(2);
});

describe("costs only the picture, which is logged:", () => {
  test("a chart that cannot be had", async () => {
    const refusing = { draw: async () => Promise.reject(new Error("not authorized to perform GetMetricWidgetImage")) };

    await told(refusing).notify(alarm, soon());

    expect(stage().slack.seen).toHaveLength(1);
    expect(reasons()).toEqual(["not authorized to perform GetMetricWidgetImage"]);
  });

  test("a chart that does not come", async () => {
    const aborted: boolean[] = [];
    const draw = (_: unknown, signal: AbortSignal): Promise<never> =>
      new Promise(() => {
        signal.addEventListener("abort", () => aborted.push(signal.aborted));
      });

    await told({ draw }).notify(alarm, stage().clock.now() + 1500);

    expect([stage().slack.seen.length, aborted]).toEqual([1, [true]]);
    expect(reasons()).toEqual([expect.stringMatching(/^drawing the chart took longer than \d+ ms$/)]);
  });

  test("a bot without the right files:write", async () => {
    stage().slack.forbidden.add("files.getUploadURLExternal");

    await told(new Charts()).notify(alarm, soon());

    expect(stage().slack.seen).toHaveLength(1);
    expect(reasons()).toEqual(["Slack (bot, files.getUploadURLExternal): refused: missing_scope"]);
  });

  test.each<[Fault, string]>([
    ["redirect", "Slack (bot, upload): refused with 307"],
    ["hang", "Slack (bot, upload): no answer in time, and no time is left to try again"],
    ["fail", "Slack (bot, upload): answered 500, and no time is left to try again"],
  ])("an upload with a %s", async (fault, reason) => {
    stage().attemptMs = IMPATIENT_MS;
    faultAt("/upload/", fault);

    await told(new Charts()).notify(alarm, soon());

    expect([stage().slack.seen.length, stage().slack.files.seen.length]).toEqual([1, 0]);
    expect(reasons()).toEqual([reason]);
  });

  test("an answer that was lost at the end: it is not put there twice", async () => {
    faultAt("/api/files.completeUploadExternal", "drop");

    await told(new Charts()).notify(alarm, soon());

    expect(stage().slack.files.seen).toHaveLength(1);
    expect(reasons()).toEqual(["Slack (bot): nobody knows whether the picture is there, and it is not sent again"]);
  });

  test.each([
    "http://127.0.0.1:9/upload/F1",
    "http://files.slack.com/upload/v1/abc",
    "https://files.slack.com.example.com/upload/v1/abc",
    "https://files.slack.com@example.com/upload/v1/abc",
    "https://notfiles.slack.com/upload/v1/abc",
    "nowhere",
  ])("an address for files that is not Slack's: %s", async (address) => {
    stage().slack.files.elsewhere = address;

    await told(new Charts()).notify(alarm, soon());

    expect(reasons()).toEqual(["Slack (bot): it names an address for files that is not its own"]);
  });
});

test("a picture that hangs keeps no later page back", async () => {
  const hanging = told({ draw: () => new Promise(() => undefined) }).notify(alarm, stage().clock.now() + 1500);
  const later = metricEvent({ at: start + 65_000, name: "prod-RedisDown" });

  await told(new Charts()).notify(later, soon());
  const { length } = stage().slack.files.seen;
  await hanging;

  expect([stage().slack.seen.length, length]).toEqual([2, 1]);
});

test("pages by a webhook, drills, silences and groups have no picture, and none is drawn", async () => {
  const charts = new Charts();
  const now = stage().clock.now();
  const silent = metricEvent({ at: start, name: "prod-QuantumTelemetryExporterDown" });
  const drill = metricEvent({ at: start, name: "prod-PagingDrill" });
  const members = ["faults", "intents"].map((of) => metricEvent({ at: now, name: `prod-CollectorFailing-${of}` }));

  await told(charts, stage().slackHook()).notify(alarm, soon());
  for (const event of [silent, drill]) await told(charts).notify(event, soon());
  await Promise.all(members.map((event) => told(charts).notify(event, now + 90_000)));

  const [, , group] = stage().slack.seen;
  expect(group?.versions[0]?.text).toContain("2 alarms");
  expect([stage().hook.seen.length, stage().slack.seen.length, charts.asked]).toEqual([1, 3, 0]);
});

import { drillBegun } from "../../lib/notify/drill";
import { drillCommand, type DrillOptions } from "../../local/drill";
import { metricEvent } from "../support/alarm-messages";
import { awsEnv, CloudwatchApi } from "../support/cloudwatch-api";
import { endCommands, runCommand } from "../support/command";
import { duringEach } from "../support/receivers/receiver";
import { SERVER_TIMEOUT_MS } from "../support/redis-server";
import { VirtualClock } from "../support/virtual-clock";

jest.setTimeout(SERVER_TIMEOUT_MS);

afterAll(endCommands);
afterEach(() => jest.restoreAllMocks());

const START = Date.parse("2026-03-01T12:00:00.400Z");
const LAST_DRILL = "quantum_paging_last_drill";
const ALARM = { AlarmName: "prod-PagingDrill", StateValue: "OK", ActionsEnabled: true, AlarmActions: ["arn:topic"] };

const api = duringEach(async () => {
  const started = await new CloudwatchApi().listen();
  started.alarms = [ALARM];
  return started;
});

interface Drilled {
  readonly code: number;
  readonly lines: string[];
  /** Milliseconds that were waited. */
  readonly waitedMs: number;
}

async function drill(options: Partial<DrillOptions> = {}): Promise<Drilled> {
  jest.replaceProperty(process, "env", { ...process.env, ...awsEnv(api().url) });
  const lines: string[] = [];
  const clock = new VirtualClock(START);
  const code = await drillCommand({ env: "prod", who: "erika", ...options }, (line) => lines.push(line), clock);
  return { code, lines, waitedMs: clock.now() - START };
}

describe("a drill", () => {
  it("publishes its metric, waits for the time to page, and tells it", async () => {
    api().values = (times, metric) => (times < 4 ? [] : [metric === LAST_DRILL ? START / 1000 : 41.26]);

    const { code, lines, waitedMs } = await drill();

    const [asked] = api().named("GetMetricData");
    expect({ code, lines, waitedMs }).toEqual({
      code: 0,
      lines: ["prod-PagingDrill is set off by its metric; waiting for its page", "paged in 41.26 s"],
      waitedMs: 20_000,
    });
    expect(api().named("PutMetricData")).toEqual([
      {
        Namespace: "QuantumTrader",
        MetricData: [
          {
            MetricName: "quantum_paging_drill",
            Dimensions: [{ Name: "Environment", Value: "prod" }],
            Timestamp: START / 1000,
            Value: START / 1000,
            Unit: "Seconds",
            StorageResolution: 60,
          },
        ],
      },
    ]);
    expect(asked).toMatchObject({
      MetricDataQueries: [
        {
          MetricStat: {
            Metric: {
              MetricName: "quantum_paging_time_to_page_seconds",
              Dimensions: [{ Name: "Environment", Value: "prod" }],
            },
          },
        },
        { MetricStat: { Metric: { MetricName: LAST_DRILL } } },
      ],
      StartTime: START / 1000 - 0.4,
    });
    expect(api().named("SetAlarmState")).toEqual([]);
  });

  it("begins for the notifier when the command began it, by the value that the alarm's message tells", async () => {
    await drill();
    const [{ MetricData: [{ Value }] = [{}] }] = api().named("PutMetricData") as [
      { MetricData?: [{ Value?: number }] },
    ];
    // As CloudWatch writes large numbers.
    const reason = `Threshold Crossed: 1 datapoint [${Value?.toExponential().replace("e+", "E")} (01/03/26 12:00:00)] was greater than the threshold (0.0).`;
    const event = metricEvent({ name: "prod-PagingDrill", at: START + 45_000, reason });

    const begun = drillBegun(event);

    expect(begun).toBe(START);
  });

  it("sets the alarm's state where it is to begin there, with a reason that says that it is one", async () => {
    api().values = (_, metric) => [metric === LAST_DRILL ? START / 1000 - 0.9 : 3];

    const { code } = await drill({ from: "alarm" });

    expect(code).toBe(0);
    expect(api().named("SetAlarmState")).toEqual([
      { AlarmName: "prod-PagingDrill", StateValue: "ALARM", StateReason: "DRILL: asked for by erika" },
    ]);
    expect(api().named("PutMetricData")).toEqual([]);
  });

  it("does not tell the time of the drill before it, which is published until its own page was told", async () => {
    const stale = START / 1000 - 7 * 86_400;
    // In the minute of its page both were published.
    const told = { [LAST_DRILL]: [stale, stale, START / 1000], other: [150, 150, 41] };
    api().values = (times, metric) => (metric === LAST_DRILL ? told[LAST_DRILL] : told.other).slice(0, times);

    const { code, lines } = await drill();

    expect({ code, last: lines.at(-1) }).toEqual({ code: 0, last: "paged in 41 s" });
  });

  it("is a failure where only an old drill's time is told", async () => {
    api().values = (_, metric) => [metric === LAST_DRILL ? START / 1000 - 600 : 41];

    const { code, lines } = await drill();

    expect({ code, last: lines.at(-1) }).toEqual({ code: 1, last: expect.stringMatching(/^no page within/) });
  });

  it("is a failure, with where to look, when no page comes within five minutes", async () => {
    const { code, lines, waitedMs } = await drill();

    expect({ code, waitedMs }).toEqual({ code: 1, waitedMs: 300_000 });
    expect(lines.at(-1)).toMatch(/^no page within 5 min: look whether the alarm went off, then at the dead-letter/);
  });

  it.each<[string, object[], string]>([
    ["there is no such alarm", [], "there is no alarm prod-PagingDrill: is prod deployed with drills?"],
    ["it tells nobody", [{ ...ALARM, AlarmActions: [] }], "prod-PagingDrill takes no action, so nobody would be paged"],
    ["its actions are off", [{ ...ALARM, ActionsEnabled: false }], "prod-PagingDrill takes no action"],
    [
      "another one is under way",
      [{ ...ALARM, StateValue: "ALARM" }],
      "prod-PagingDrill is in ALARM from an earlier drill",
    ],
  ])("does not begin where %s", async (_, alarms, says) => {
    api().alarms = alarms as never;

    await expect(drill()).rejects.toThrow(says);

    expect(api().calls.map(({ name }) => name)).toEqual(["DescribeAlarms"]);
  });

  it("runs from the command line, for people and for machines", async () => {
    api().values = (_, metric) => [metric === LAST_DRILL ? 4e9 : 7.5];
    const env = awsEnv(api().url);

    const [seen, read] = await Promise.all([
      runCommand(["drill", "--env", "prod"], { env }),
      runCommand(["drill", "--from", "alarm", "--json"], { env }),
    ]);

    expect([seen.code, seen.stdout.split("\n").at(-2)]).toEqual([0, "paged in 7.5 s"]);
    expect([read.code, JSON.parse(read.stdout)]).toEqual([
      0,
      { alarm: "prod-PagingDrill", began: expect.any(String), seconds: 7.5 },
    ]);
  });
});

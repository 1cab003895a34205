import { drawnEnvironment, drawnIn } from "./drawn-bodies";
import { linesAcross, panelOf } from "./panels";

const RED = "#d62728";
const panel = (title: string) => panelOf("redis", title);

test.each([
  ["Mean time of a command", 100],
  ["Groups: entries undelivered", 1000],
  ["Groups: unacknowledged, and left by the dead", 1000],
  ["Groups: oldest unacknowledged", 60],
])("the panel %s is red from %d on", (title, value) => {
  const lines = linesAcross(panel(title));

  expect(lines).toEqual([[RED, value, "above"]]);
});

test("every consumer group that CloudWatch finds has its line, whatever groups there are", () => {
  const { metrics } = panel("Groups: entries undelivered");

  expect(metrics).toEqual([
    [
      {
        id: "e0",
        expression: `SEARCH('{QuantumTrader,Environment,Stream,Group} MetricName="quantum_stream_group_lag" Environment="everything"', 'Maximum', 60)`,
        label: "${PROP('Dim.Stream')} ${PROP('Dim.Group')}",
      },
    ],
  ]);
});

test("what is not collected of Postgres is said where it would stand", () => {
  const drawn = drawnIn(drawnEnvironment("everything")).find(({ board }) => board === "redis");

  const last = drawn?.body.widgets.at(-1);

  expect(last?.type).toBe("text");
  expect(last?.properties["markdown"]).toMatch(/^\*\*Postgres status and connections\*\*\n\n.*not there yet/);
});

test("Redis that does not answer is red", () => {
  const { annotations, view } = panel("Redis answers");

  expect(view).toBe("gauge");
  expect(annotations).toMatchObject({
    horizontal: [
      [{ color: RED, value: 0.5 }, { value: 0 }],
      [{ value: 1 }, { value: 0.5 }],
    ],
  });
});

test("reads a second have an axis of their own beside the hit ratio", () => {
  const { metrics, yAxis } = panel("Hit ratio, and reads a second");

  const axes = (metrics as readonly (readonly unknown[])[]).map((line) => (line.at(-1) as { yAxis?: string }).yAxis);
  expect(axes).toEqual([undefined, "right", "right"]);
  expect(yAxis).toEqual({ left: { min: 0, max: 1 } });
});

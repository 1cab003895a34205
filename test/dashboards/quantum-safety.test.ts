import { rules } from "../../alarms";
import { type DashboardBody, dashboardBody, type Widget } from "../../dashboards/body";
import { quantumSafety } from "../../dashboards/quantum-safety";
import { type Environment, validateEnvironment } from "../../lib/environment";
import { alarmNamesOf } from "../../lib/rules/labels";
import { dev, prod } from "../support/example-environments";

type Metric = readonly (string | Readonly<Record<string, unknown>>)[];

const ownRules = rules.filter(({ board }) => board === "quantum-safety");

function bodyFor(environment: Environment): DashboardBody {
  return dashboardBody(quantumSafety, {
    environment: validateEnvironment(environment),
    logGroups: ["/quantum-watch/prod/collect"],
    alarmArn: (name) => `arn:aws:cloudwatch:eu-central-1:222222222222:alarm:${name}`,
  });
}

function titled(title: string, environment: Environment = prod): Widget["properties"] {
  const found = bodyFor(environment).widgets.filter(({ properties }) => properties["title"] === title);
  if (found.length !== 1) throw new Error(`${found.length} panels are titled ${title}`);
  return found[0]?.properties ?? {};
}

const namesOf = (title: string): unknown[] => (titled(title)["metrics"] as readonly Metric[]).map(([, name]) => name);

test.each([
  ["SAFE MODE", ["quantum_safety_safe_mode"]],
  ["Safe mode lifts itself in (-1: off, or never)", ["quantum_safety_safe_mode_ttl_seconds"]],
  ["Fault stream length", ["quantum_safety_fault_stream_length"]],
  ["Faults in the last hour", ["quantum_safety_faults_last_1h"]],
  ["Trade intents a minute", ["quantum_trade_intent_rate_per_min", "quantum_trade_intent_opening_rate_per_min"]],
  ["Trade-intent stream length", ["quantum_trade_intent_stream_length"]],
  [
    "Intents attempted in 10 s windows (kept three hours)",
    ["quantum_safety_rate_global_last_window", "quantum_safety_rate_global_current_window"],
  ],
  ["Redis answers (1) or not (0), and how fast", ["quantum_safety_redis_up", "quantum_safety_sample_duration_ms"]],
  [
    "Exporter: samples a minute, and errors in one",
    ["quantum_safety_exporter_scrapes_total", "quantum_safety_exporter_errors_total"],
  ],
])("the panel %s shows %j", (title, names) => {
  const shown = namesOf(title);

  expect(shown).toEqual(names);
});

test("the panel of last faults reads them from the log, each once, newest first", () => {
  const { query, view } = titled("Last faults");

  expect(view).toBe("table");
  expect(String(query).split("\n| ")).toEqual([
    "SOURCE '/quantum-watch/prod/collect'",
    "filter ispresent(last_fault.id) or ispresent(faults)",
    "fields coalesce(faults, '[{}]') as list",
    "fields jsonParse(list) as listed",
    "unnest listed into fault",
    expect.stringMatching(
      /^fields coalesce\(fault\.id, last_fault\.id\) as id, .*as symbol, .*as side, .*as symbol_max/,
    ),
    "sort id desc",
    "dedup id",
    expect.stringMatching(/^display id, reason, symbol, side, /),
    "limit 10",
  ]);
});

test("the panel of busiest symbols reads all five of them from the log", () => {
  const { query } = titled("Busiest symbols by window");

  for (const place of [0, 1, 2, 3, 4]) {
    expect(query).toContain(`top_symbols.${place}.symbol, top_symbols.${place}.count`);
  }
  expect(query).not.toContain("top_symbols.5");
});

test("the safe-mode gauge is green up to the middle and red above it, as the rule fires on 1", () => {
  const { view, yAxis, annotations } = titled("SAFE MODE");

  expect({ view, yAxis }).toEqual({ view: "gauge", yAxis: { left: { min: 0, max: 1 } } });
  expect(annotations).toEqual({
    horizontal: [
      [{ value: 0.5, color: "#2ca02c" }, { value: 0 }],
      [{ value: 1, color: "#d62728" }, { value: 0.5 }],
    ],
  });
});

test("the safe-mode gauge follows an environment that fires on 0", () => {
  const { annotations } = titled("SAFE MODE", { ...prod, rules: { QuantumSafeModeActive: { value: 0 } } });

  expect(annotations).toMatchObject({
    horizontal: [
      [{ color: "#d62728" }, { value: 0 }],
      [{ value: 1 }, { value: 0.5 }],
    ],
  });
});

test.each([
  ["Safe mode lifts itself in (-1: off, or never)", [60, 180, 900]],
  ["Faults in the last hour", [5, 20]],
  ["Intents attempted in 10 s windows (kept three hours)", [15, 20]],
])("the panel %s turns yellow and red at %j", (title, values) => {
  const { horizontal } = titled(title)["annotations"] as { horizontal: readonly { value: number }[] };

  expect(horizontal.map((band) => (Array.isArray(band) ? (band[0] as { value: number }).value : band.value))).toEqual(
    values,
  );
});

test("rate windows are drawn one by one, whatever the range", () => {
  const { period } = titled("Intents attempted in 10 s windows (kept three hours)");

  expect(period).toBe(10);
  expect(bodyFor(prod).periodOverride).toBe("inherit");
});

test("the row on top shows the state of every alarm of the board", () => {
  const { alarms } = titled("Alarms");

  const names = ownRules.flatMap((rule) => alarmNamesOf(rule, validateEnvironment(prod)));
  expect(names).toContain("prod-CollectorFailing-intents");
  expect(alarms).toEqual(names.map((name) => `arn:aws:cloudwatch:eu-central-1:222222222222:alarm:${name}`));
});

test("the head links each rule to its runbook section", () => {
  const [head] = bodyFor(prod).widgets;

  for (const { name, runbook } of ownRules) {
    expect(head?.properties["markdown"]).toContain(`[${name}](${prod.runbooks}/${runbook}.md#${name.toLowerCase()})`);
  }
});

test("the board opens with the last hour, and shows the newest minute too", () => {
  const { start, widgets } = bodyFor(prod);

  expect(start).toBe("-PT1H");
  for (const widget of widgets.filter(({ type }) => type === "metric")) {
    expect(widget.properties).toMatchObject({ liveData: true, region: "eu-central-1" });
  }
});

test("a panel whose metrics an environment does not publish says so in place of an empty graph", () => {
  const bodies = [bodyFor(prod), bodyFor(dev)];

  const texts = bodies.map(({ widgets }) =>
    widgets.filter(({ properties }) => String(properties["markdown"]).includes("publishes what alarms read")),
  );
  expect(texts.map((all) => all.length)).toEqual([0, 3]);
});

import {
  quantumHarvestExporterDown,
  quantumHarvestKillScoreCritical,
  quantumHarvestKillScoreHigh,
  quantumHarvestMetricsStale,
  quantumHarvestPublisherDown,
  quantumHarvestSymbolMissing,
  quantumHarvestUnbacked,
} from "../../alarms/harvest";
import { rules } from "../../alarms";
import { redisDown } from "../../alarms/safety";
import { consumerGroupLagging } from "../../alarms/streams";
import { type Environment, validateEnvironment } from "../../lib/environment";
import type { Alarm, AlarmProperties } from "../../lib/rules/alarm";
import { alarmsOf } from "../../lib/rules/alarms";
import { suppressionOf } from "../../lib/rules/inhibition";
import { lintAlarms } from "../../lib/rules/lint";
import type { Rule } from "../../lib/rules/rule";
import { ruleIn } from "../../lib/rules/rule-in";
import { prod } from "../support/example-environments";

const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };
const alarmArn = (name: string): string => `arn:alarm:${name}`;

const made = (some: readonly Rule[], changes: Partial<Environment> = {}): Alarm[] =>
  alarmsOf(some, validateEnvironment({ ...prod, ...changes }), TOPICS, alarmArn);

const properties = (some: readonly Rule[], changes: Partial<Environment> = {}): AlarmProperties[] =>
  made(some, changes).flatMap((one) => (one.type === "AWS::CloudWatch::Alarm" ? [one.properties] : []));

/** Two functions that share the harvest's symbols, beside one for everything else. */
const SHARED: Partial<Environment> = {
  functions: [
    { name: "collect", collectors: ["safety", "redis", "streams"] },
    { name: "harvest-1", collectors: ["harvest"], part: { number: 1, of: 2 } },
    { name: "harvest-2", collectors: ["harvest"], part: { number: 2, of: 2 } },
  ],
};
const APART: Partial<Environment> = {
  functions: [
    { name: "collect", collectors: ["safety", "redis", "streams"] },
    { name: "harvest", collectors: ["harvest"] },
  ],
};
const SAFETY_ONLY: Partial<Environment> = { collectors: ["safety"], groups: [] };

function expressionOf({ Metrics = [] }: AlarmProperties): string {
  return Metrics.flatMap((query) => ("Expression" in query ? [query.Expression] : [])).join("; ");
}

test("an environment has just the rules of what it collects", () => {
  const names = new Set(properties(rules, SAFETY_ONLY).map(({ Tags }) => Tags.at(-1)?.Value));

  expect([...names].filter((name) => /Harvest|Group|Stream|Slow/.test(name ?? ""))).toEqual([]);
  expect(names).toContain("RedisDown");
});

test("an environment without the safety family has no alarm on it, and its alarms wait for none", () => {
  const without: Partial<Environment> = { collectors: ["harvest", "redis"], groups: [] };

  const alarms = made(rules, without);

  expect(alarms.map(({ properties: { AlarmName } }) => AlarmName)).not.toContain("prod-QuantumSafeModeActive");
  expect(() =>
    lintAlarms(alarms, { environment: validateEnvironment({ ...prod, ...without }), alarmArn }),
  ).not.toThrow();
});

test.each<[string, Partial<Environment>, unknown]>([
  ["either of two", {}, "m1 <= 0 OR m2 <= 0"],
  ["the safety family's", SAFETY_ONLY, "quantum_safety_redis_up"],
  ["the redis family's", { collectors: ["redis"], groups: [] }, "redis_up"],
])("a lost Redis is told by %s reading, every 30 s and without waiting", (_, changes, read) => {
  const [alarm, ...others] = made([redisDown], changes);

  const own = alarm?.properties as AlarmProperties;
  expect(own.MetricName ?? expressionOf(own)).toBe(read);
  expect(own).toMatchObject({ EvaluationPeriods: 2, AlarmActions: ["arn:critical"] });
  expect([
    own.Period,
    ...(own.Metrics ?? []).map((one) => ("MetricStat" in one ? one.MetricStat.Period : 30)),
  ]).toContain(30);
  expect(others).toEqual([]);
});

test("a high kill score is kept quiet by the critical one of the same symbol", () => {
  const composites = made([quantumHarvestKillScoreHigh]).filter(({ refersTo }) => refersTo.length > 0);

  expect(composites.map((one) => "ActionsSuppressor" in one.properties && one.properties.ActionsSuppressor)).toEqual(
    ["BTCUSDT", "ETHUSDT", "SOLUSDT", "max"].map((label) => `arn:alarm:prod-QuantumHarvestKillScoreCritical-${label}`),
  );
});

test("with more symbols than one alarm reads the one over all leaves none of them out", () => {
  const symbols = Array.from({ length: 9 }, (_, place) => `COIN${place}USDT`);

  const alarm = properties([quantumHarvestKillScoreCritical], { symbols }).at(-1) as AlarmProperties;

  expect(alarm.AlarmName).toBe("prod-QuantumHarvestKillScoreCritical-max");
  expect(expressionOf(alarm)).toBe("(m2 < 1); IF(quiet, 0, m1)");
});

test("where functions share the symbols the book is flat when each of them says so", () => {
  const alarm = properties([quantumHarvestKillScoreCritical], SHARED).at(-1) as AlarmProperties;

  expect(expressionOf(alarm)).toMatch(/^\(m2 < 1 AND m3 < 1\) OR /);
  expect(alarm.Metrics?.slice(0, 3)).toMatchObject([
    // The least of two highest scores would hide the higher one.
    { MetricStat: { Stat: "Maximum" } },
    { MetricStat: { Metric: { Dimensions: [{ Name: "Environment" }, { Name: "Part", Value: "1" }] } } },
    { MetricStat: { Metric: { Dimensions: [{ Name: "Environment" }, { Name: "Part", Value: "2" }] } } },
  ]);
});

test("where functions share the symbols each of them may miss one, or have one without a position key", () => {
  const alarms = properties([quantumHarvestSymbolMissing, quantumHarvestUnbacked], SHARED);

  expect(alarms.map(expressionOf)).toEqual(["m1 > 0 OR m2 > 0", "m1 > 0 OR m2 > 0"]);
});

test("a stale proposal is held back by what its publisher's own alarm fires on, where that one tells of it", () => {
  const chosen = [
    {},
    { rules: { QuantumHarvestPublisherDown: { value: 120 } } },
    { rules: { QuantumHarvestPublisherDown: { enabled: false } } },
    SHARED,
  ].map((changes) => ruleIn(quantumHarvestMetricsStale, validateEnvironment({ ...prod, ...changes }), "BTCUSDT"));

  const limits = chosen.map(({ condition }) =>
    condition.kind === "while" ? condition.where.flat().map(({ metric, value }) => [metric.name, value]) : [],
  );
  const ofSymbol = ["quantum_harvest_present", 1];
  expect(limits).toEqual([
    [ofSymbol, ["quantum_harvest_age_seconds_min", 90]],
    [ofSymbol, ["quantum_harvest_age_seconds_min", 120]],
    [ofSymbol],
    [ofSymbol],
  ]);
  // Each function has a youngest of its own: there the publisher's alarm keeps it quiet.
  expect(chosen.map((rule) => suppressionOf(rule)?.by.name)).toEqual([
    undefined,
    undefined,
    undefined,
    "QuantumHarvestPublisherDown",
  ]);
});

test.each<[string, Partial<Environment>, string | undefined]>([
  ["the safety family's", {}, "quantum_safety_redis_up"],
  ["the redis family's", { collectors: ["harvest", "redis"], groups: [] }, "redis_up"],
  ["none where nobody publishes one", { collectors: ["harvest"], groups: [] }, undefined],
])("a silent publisher is believed by a reading of Redis throughout: %s", (_, changes, read) => {
  const [alarm] = properties([quantumHarvestPublisherDown], changes);

  const flag = (alarm?.Metrics ?? []).flatMap((one) =>
    "MetricStat" in one && one.MetricStat.Metric.MetricName.endsWith("redis_up") ? [one.MetricStat] : [],
  );
  expect(flag).toMatchObject(
    read === undefined ? [] : [{ Metric: { MetricName: read }, Period: 120, Stat: "Minimum" }],
  );
  expect(expressionOf(alarm as AlarmProperties).includes("m1 / m3")).toBe(read !== undefined);
});

test("where no position keys are kept nothing can be missing or unbacked, and no rule says that it is", () => {
  const kept = [quantumHarvestSymbolMissing, quantumHarvestUnbacked];

  expect(properties(kept)).toHaveLength(2);
  expect(properties(kept, { harvest: { positions: false } })).toEqual([]);
});

test("without position keys a silent publisher is a warning, as long as a symbol is live", () => {
  const [alarm] = properties([quantumHarvestPublisherDown], { harvest: { positions: false } });

  expect(alarm).toMatchObject({ AlarmActions: ["arn:warning"] });
  expect(alarm?.Metrics?.[1]).toMatchObject({ MetricStat: { Metric: { MetricName: "quantum_harvest_symbols" } } });
});

test.each<[string, Partial<Environment>, string[]]>([
  ["takes no action where the safety heartbeat ends with it", {}, []],
  ["pages where harvest has a function of its own", APART, ["arn:critical"]],
])("the silence of the harvest heartbeat %s", (_, changes, actions) => {
  const [alarm] = made([quantumHarvestExporterDown], changes);

  expect(alarm).toMatchObject({ type: "AWS::CloudWatch::Alarm", properties: { AlarmActions: actions } });
});

test("proposals that are read by the minute are judged by the minute", () => {
  const alarms = properties([quantumHarvestKillScoreCritical], {
    harvest: { intervalSec: 60 },
  });

  const periods = alarms.flatMap(({ Metrics = [] }) =>
    Metrics.flatMap((query) => ("MetricStat" in query ? [query.MetricStat.Period] : [])),
  );
  expect(new Set(periods)).toEqual(new Set([60]));
});

test("a group's own limit is that of its lag and of what it has not acknowledged, and of no other group", () => {
  const groups = [
    { stream: "quantum:stream:trade.intent", group: "quantum:group:intent_bridge", maxLag: 50 },
    { stream: "quantum:stream:trade.intent", group: "audit" },
  ];

  const alarms = properties([consumerGroupLagging], { groups });

  expect(alarms.map((alarm) => [alarm.AlarmName, expressionOf(alarm)])).toEqual([
    ["prod-ConsumerGroupLagging-trade.intent-intent_bridge", "m1 > 50 OR m2 > 50 OR ((m3 > 60) > (m4 > 0))"],
    ["prod-ConsumerGroupLagging-trade.intent-audit", "m1 > 1000 OR m2 > 1000 OR ((m3 > 60) > (m4 > 0))"],
  ]);
});

describe("every function is missed by an alarm of its own", () => {
  test.each<[string, Partial<Environment>, string]>([
    ["prod-QuantumTelemetryExporterDown", APART, "prod-QuantumSafeModeActive"],
    ["prod-QuantumHarvestExporterDown", APART, "prod-QuantumHarvestPublisherDown"],
    ["prod-LambdaNotInvoked-harvest-1", SHARED, "prod-QuantumHarvestPublisherDown"],
    ["prod-LambdaNotInvoked-harvest-2", SHARED, "prod-CollectorFailing-harvest-condition"],
  ])("without %s the alarms of its function are refused", (heartbeat, changes, kept) => {
    const environment = validateEnvironment({ ...prod, ...changes });
    const alarms = alarmsOf(rules, environment, TOPICS, alarmArn);
    const fewer = alarms.filter((one) => one.properties.AlarmName !== heartbeat);

    expect(() => lintAlarms(alarms, { environment, alarmArn })).not.toThrow();
    expect(() => lintAlarms(fewer, { environment, alarmArn })).toThrow(`${kept}: keeps its state without`);
  });
});

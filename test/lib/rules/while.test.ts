import {
  quantumHarvestKillScoreCritical,
  quantumHarvestMetricsStale,
  quantumHarvestPublisherDown,
} from "../../../alarms/harvest";
import type { State } from "../../../lib/alarm-engine/state";
import { AlarmEngine } from "../../../lib/alarm-engine/engine";
import { metricAlarm } from "../../../lib/alarm-engine/from-properties";
import { validateEnvironment } from "../../../lib/environment";
import { killScore, killScoreMax, present, symbolCount } from "../../../lib/harvest/metrics";
import type { AlarmProperties } from "../../../lib/rules/alarm";
import { alarmProperties } from "../../../lib/rules/cloudformation";
import { during, EACH, threshold } from "../../../lib/rules/condition";
import { promQl } from "../../../lib/rules/promql";
import { ruleIn } from "../../../lib/rules/rule-in";
import type { Rule } from "../../../lib/rules/rule";
import { conditionInWords } from "../../../lib/rules/sentence";
import { prod } from "../../support/example-environments";

const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };
const NOON = Date.UTC(2026, 0, 5, 12) / 1000;
const environment = validateEnvironment(prod);

const translated = (rule: Rule, label?: string): AlarmProperties => alarmProperties(rule, environment, TOPICS, label);

const expressions = (alarm: AlarmProperties): unknown[] =>
  (alarm.Metrics ?? []).flatMap((query) => ("Expression" in query ? [[query.Id, query.Expression]] : []));

const read = (alarm: AlarmProperties): unknown[] =>
  (alarm.Metrics ?? []).flatMap((query) =>
    "MetricStat" in query ? [[query.Id, query.MetricStat.Metric.MetricName, query.MetricStat.Stat]] : [],
  );

test("a kill score is 0 while its proposal is absent in any sample, and missing while either is not known", () => {
  const alarm = translated(quantumHarvestKillScoreCritical, "BTCUSDT");

  expect(read(alarm)).toEqual([
    ["m1", "quantum_harvest_kill_score", "Minimum"],
    ["m2", "quantum_harvest_present", "Minimum"],
  ]);
  expect(expressions(alarm)).toEqual([
    ["quiet", "(m2 < 1)"],
    ["value", "IF(quiet, 0, m1)"],
  ]);
  expect(alarm).toMatchObject({ Threshold: 0.8, EvaluationPeriods: 2, TreatMissingData: "ignore" });
});

test("the oldest proposal counts while one is live, and is not an admitted symbol's", () => {
  const alarm = translated(quantumHarvestMetricsStale, "max");

  expect(read(alarm).slice(0, 4)).toEqual([
    ["m1", "quantum_harvest_age_seconds_max", "Maximum"],
    ["m2", "quantum_harvest_symbols", "Minimum"],
    ["m3", "quantum_harvest_age_seconds_min", "Maximum"],
    ["m4", "quantum_harvest_age_seconds", "Maximum"],
  ]);
  expect(expressions(alarm)[0]).toEqual(["quiet", "(m2 < 1) OR (m3 > 90) OR (m4 >= m1) OR (m5 >= m1) OR (m6 >= m1)"]);
});

test("the engine evaluates what is deployed, and only the last expression is the alarm's value", () => {
  const { Metrics = [] } = translated(quantumHarvestKillScoreCritical, "max");

  expect(Metrics.filter(({ ReturnData }) => ReturnData).map(({ Id }) => Id)).toEqual(["value"]);
});

/** What an alarm that fires makes of three minutes of these samples; undefined for none. */
function after(score: number | undefined, isPresent: number | undefined): State | undefined {
  const alarm = metricAlarm({ ...translated(quantumHarvestKillScoreCritical, "BTCUSDT") });
  const engine = new AlarmEngine([alarm], { start: NOON });
  const dimensions = { Environment: "prod", Symbol: "BTCUSDT" };
  for (let second = 0; second < 360; second += 15) {
    const values = second < 180 ? [0.9, 1] : [score, isPresent];
    for (const [place, { name }] of [killScore, present].entries()) {
      const value = values[place];
      if (value !== undefined) engine.publish({ namespace: "QuantumTrader", name, dimensions }, NOON + second, value);
    }
  }
  engine.advance(NOON + 360);
  return engine.stateOf(alarm.name);
}

test.each<[string, number | undefined, number | undefined, State]>([
  ["a lower score", 0.2, 1, "OK"],
  ["a position that closes, or a hash that is deleted", undefined, 0, "OK"],
  ["an outage", undefined, undefined, "ALARM"],
  ["a score that cannot be parsed", undefined, 1, "ALARM"],
  ["a standing that Redis refuses to tell", undefined, undefined, "ALARM"],
])("after %s a critical kill score (%p, present %p) is %s", (_, score, isPresent, state) => {
  expect(after(score, isPresent)).toBe(state);
});

test("in PromQL it is joined by its labels, or by none where it is said of all", () => {
  const [own, all] = ["BTCUSDT", "max"].map((label) => promQl(ruleIn(quantumHarvestMetricsStale, environment, label)));

  expect(own?.expr).toBe(
    'quantum_harvest_age_seconds{Symbol="BTCUSDT"} > 150 and quantum_harvest_present{Symbol="BTCUSDT"} >= 1 and on () quantum_harvest_age_seconds_min <= 90 unless on () quantum_redis_full > 0',
  );
  expect(all?.expr).toBe(
    "quantum_harvest_age_seconds_max > 150 and quantum_harvest_symbols >= 1 and quantum_harvest_age_seconds_min <= 90 unless on () (" +
      ["BTCUSDT", "ETHUSDT", "SOLUSDT"]
        .map((symbol) => `quantum_harvest_age_seconds{Symbol="${symbol}"} >= on () quantum_harvest_age_seconds_max`)
        .join(" or ") +
      ") unless quantum_redis_full > 0",
  );
});

test("in words it says what has to hold besides", () => {
  const { condition } = ruleIn(quantumHarvestKillScoreCritical, environment, "max");

  expect(conditionInWords(condition)).toBe(
    "quantum_harvest_kill_score_max is at least 0.8 while quantum_harvest_symbols is at least 1, and is above quantum_harvest_kill_score of each of BTCUSDT, ETHUSDT, SOLUSDT",
  );
});

test("a threshold that 0 passes cannot be held back by a 0", () => {
  const below: Rule = {
    ...quantumHarvestKillScoreCritical,
    condition: during([threshold(symbolCount, ">=", 1)], threshold(killScoreMax, "<", 0.1)),
  };

  expect(() => translated(below)).toThrow(
    "where it does not count the value reads 0, which has to be on the quiet side",
  );
});

test("an environment's own value is the threshold's, and what has to hold besides stays", () => {
  const lower = validateEnvironment({ ...prod, rules: { QuantumHarvestKillScoreCritical: { value: 0.7 } } });

  const alarms = ["BTCUSDT", "max"].map((label) =>
    alarmProperties(quantumHarvestKillScoreCritical, lower, TOPICS, label),
  );

  expect(alarms.map(({ Threshold }) => Threshold)).toEqual([0.7, 0.7]);
  expect(expressions(alarms[0] as AlarmProperties)[0]).toEqual(["quiet", "(m2 < 1)"]);
});

test("the label stands in all that is read", () => {
  const rule = ruleIn(quantumHarvestKillScoreCritical, environment, "ETHUSDT");

  expect(JSON.stringify(rule.condition)).not.toContain(JSON.stringify(EACH));
});

/** What the alarm on a silent publisher makes of an age and a flag at each slot: first of some, then of the others. */
function states(first: readonly [age: number, up: number][], then: readonly [age: number | undefined, up: number][]) {
  const alarm = metricAlarm({ ...translated(quantumHarvestPublisherDown) });
  const engine = new AlarmEngine([alarm], { start: NOON });
  const put = (name: string, t: number, value: number): void =>
    engine.publish({ namespace: "QuantumTrader", name, dimensions: { Environment: "prod" } }, t, value);
  [...first, ...then].forEach(([age, up], place) => {
    const t = NOON + place * 15;
    put("quantum_safety_redis_up", t, up);
    if (age === undefined) return;
    put("quantum_harvest_age_seconds_min", t, age);
    put("quantum_harvest_open_positions", t, 1);
  });
  engine.advance(NOON + first.length * 15);
  const before = engine.stateOf(alarm.name);
  engine.advance(NOON + (first.length + then.length) * 15);
  return [before, engine.stateOf(alarm.name)];
}
const slots = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe("a rule whose data count only while something answers", () => {
  test("keeps its state where that did not answer for a part of the datapoint: firing it goes on, quiet it stays", () => {
    const lost = slots<[undefined, number]>(20, [undefined, 0]);

    expect(states(slots(16, [600, 1]), lost)).toEqual(["ALARM", "ALARM"]);
    expect(states(slots(16, [5, 1]), [...lost, [590, 1], [605, 1], [620, 1]])).toEqual(["OK", "OK"]);
  });

  test("fires when that has answered for all of it", () => {
    const lost = slots<[undefined, number]>(20, [undefined, 0]);

    expect(states(slots(16, [5, 1]), [...lost, ...slots<[number, number]>(12, [600, 1])])).toEqual(["OK", "ALARM"]);
  });

  test("believes good news at once", () => {
    expect(
      states(slots(16, [600, 1]), [
        ...slots<[undefined, number]>(4, [undefined, 0]),
        ...slots<[number, number]>(4, [5, 1]),
      ]),
    ).toEqual(["ALARM", "OK"]);
  });

  test("says so in words", () => {
    const { condition } = ruleIn(quantumHarvestPublisherDown, environment);

    expect(conditionInWords(condition)).toBe(
      "quantum_harvest_age_seconds_min is above 90 while quantum_harvest_open_positions is at least 1, and quantum_safety_redis_up is 1 throughout, unless quantum_redis_full is above 0",
    );
  });
});

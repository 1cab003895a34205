import { vectorsIn } from "../../../local/alarms/vectors/read-vectors";
import { stage } from "../../support/vector-stage";

const GOOD = `- name: it is quiet
  rule: RedisDown
  series: { quantum_safety_redis_up: 1x7 }
`;
const BOTH = "{ quantum_safety_safe_mode: 0x7, quantum_safety_faults_last_1h: 0x7 }";

const read = (text: string) => vectorsIn("a.yaml", text, stage);

const judgedIn = (text: string) => read(text)[0]?.judged.map(({ name }) => name);

describe("a file of vectors", () => {
  test("gives each its samples, their times and when they arrive", () => {
    const [vector] = read(GOOD);

    expect(vector).toMatchObject({
      line: 1,
      name: "it is quiet",
      alarm: "RedisDown",
      length: 120,
      deploys: [0],
      tick: 0,
    });
    expect(vector?.samples.slice(0, 2)).toEqual([
      expect.objectContaining({ time: 0, value: 1, arrival: 10 }),
      expect.objectContaining({ time: 15, value: 1, arrival: 25 }),
    ]);
  });

  test("takes interval and arrival for our own metrics, and AWS's for its own", () => {
    const pace = "interval: 30s, arrival: 3s, series: ";
    const [ours, aws] = read(
      `- {name: a, rule: RedisDown, ${pace}{quantum_safety_redis_up: 1x1}}\n- {name: b, rule: LambdaFailing, label: collect, ${pace}{AWS/Lambda Errors: 0x1}}`,
    );

    expect(ours?.samples.map(({ time, arrival }) => [time, arrival])).toEqual([
      [0, 3],
      [30, 33],
    ]);
    expect(aws?.samples.map(({ time, arrival }) => [time, arrival])).toEqual([
      [0, 150],
      [60, 210],
    ]);
  });

  test("loses in a restart what we publish then, and not what AWS does", () => {
    const restart = "length: 3m, healthy: true, restart: {from: 1m, to: 2m}";
    const [vector] = read(`- {name: a, alarms: [QuantumSafeModeActive, LambdaFailing-collect], ${restart}}`);

    const times = (namespace: RegExp) =>
      vector?.samples.filter(({ metric }) => namespace.test(metric.namespace)).map(({ time }) => time);
    expect(times(/^QuantumTrader/)).toEqual([0, 15, 30, 45, 120, 135, 150, 165]);
    expect(times(/^AWS/)).toEqual([0, 60, 120]);
  });

  test("judges the rule's alarms, those that keep it quiet and those that it names", () => {
    expect(judgedIn(`- {name: a, rule: QuantumFaultSeen, series: ${BOTH}}`)).toEqual([
      "QuantumSafeModeActive",
      "QuantumFaultSeen",
    ]);
    expect(judgedIn(`- {name: a, rule: QuantumFaultSeen, alarms: RedisDown, series: ${BOTH}}`)).toContain("RedisDown");
    expect(judgedIn("- {name: a, alarms: all, healthy: true, length: 1m}")).toHaveLength(stage.judged.length);
  });

  test("may write a metric's labels in any order and width", () => {
    const [vector] = read(
      '- {name: a, rule: CollectorFailing, label: faults, series: {"quantum_collector_up{ Collector = \\"faults\\", }": 1}}',
    );

    expect(vector?.samples[0]?.metric.dimensions).toEqual({ Environment: "prod", Collector: "faults" });
  });

  test.each([
    ["", "a.yaml:1: is empty"],
    ["- name: [", /^a\.yaml:1: .*flow/i],
    ["name: a", "a.yaml:1: a file of vectors has to be a list"],
    [`${GOOD}  staets: {}`, /^a\.yaml:4: a vector has no staets; there are name, rule, /],
    ["- rule: RedisDown", "a.yaml:1: a vector has no name"],
    ["- name: a", "a.yaml:1: a vector names a rule, or alarms: all"],
    ["- name: a\n  rule: RedisUp", /^a\.yaml:2: no rule "RedisUp" in prod; there are QuantumSafeModeActive, /],
    ["- name: a\n  length: 1m\n  alarms: []", "a.yaml:3: alarms names none, and a vector judges one at least"],
    ["- name: a\n  alarms: [Nobody]", 'a.yaml:2: no alarm "Nobody"'],
    ["- name: a\n  alarms: all\n  label: x", "a.yaml:3: a label is one of a rule's, and no rule is named"],
    [
      "- name: a\n  rule: CollectorFailing",
      "a.yaml:1: CollectorFailing is split by a label: safe-mode, halts, faults, intents, rate-windows",
    ],
    [
      "- name: a\n  rule: CollectorFailing\n  label: b",
      /^a\.yaml:3: no alarm of CollectorFailing has the label "b"; there are /,
    ],
    ["- name: a\n  rule: RedisDown", "a.yaml:1: says neither series nor a length"],
    [
      "- name: a\n  rule: RedisDown\n  series:\n    quantum_safety_safe_mode: 1",
      "a.yaml:4: no alarm that is judged here reads quantum_safety_safe_mode; they read quantum_safety_redis_up",
    ],
    ["- name: a\n  rule: RedisDown\n  series:\n    '{': 1", 'a.yaml:4: "{" is no metric such as name{Label="value"}'],
    [
      "- name: a\n  rule: RedisDown\n  series:\n    quantum_safety_redis_up: 1y3",
      /^a\.yaml:4: "1y3" is no value, run or gap/,
    ],
    [`${GOOD}  states: { 3m: OK }`, "a.yaml:4: 3m is past the end, 2m"],
    [`${GOOD}  pages: ["1m critical ALARM", "1h critical OK"]`, "a.yaml:4: 1h is past the end, 2m"],
    [`${GOOD}  deploy: 1m\n  states: { 30s: OK }`, "a.yaml:5: at 30s there are no alarms yet: they are deployed at 1m"],
    [`${GOOD}  states: { 1m: Ok }`, "a.yaml:4: Ok is no state: OK, ALARM, INSUFFICIENT_DATA"],
    [`${GOOD}  states: { soon: OK }`, 'a.yaml:4: a time is "soon", which is no time such as 1m30s'],
    [`${GOOD}  states: { 1m: { RedisUp: OK } }`, 'a.yaml:4: no alarm "RedisUp" is judged here; there are RedisDown'],
    [`${GOOD}  pages: ["1m loud ALARM"]`, /^a\.yaml:4: a page is "2m10s critical ALARM AlarmName", with critical, /],
    [`${GOOD}  deploy: [1m, 1m]`, "a.yaml:4: deploys come one after another, and before the end"],
    [`${GOOD}  tick: 60s`, "a.yaml:4: tick is a second of the minute, up to 59s"],
    [`${GOOD}  restart: { from: 1m }`, "a.yaml:4: restart says from when to when"],
    [`${GOOD}  restart: { from: 2m, to: 1m }`, "a.yaml:4: restart ends after it begins, and before the vector does"],
    [`${GOOD}  healthy: yes`, "a.yaml:4: healthy is true, or not said"],
    [
      "- {name: a, alarms: all, healthy: true, length: 1m, states: {1m: OK}}",
      "a.yaml:1: says no alarm: {AlarmName: …}",
    ],
  ])("with a mistake is refused with file and line: %j", (text, says) => {
    expect(() => read(text)).toThrow(says);
  });

  test("tells the mistakes of all its vectors at once", () => {
    expect(() => read(`- name: a\n- rule: b\n${GOOD}`)).toThrow(
      "a.yaml:1: a vector names a rule, or alarms: all\na.yaml:2: a vector has no name",
    );
  });
});

import { type Covered, coverageOf, uncovered } from "../../../local/alarms/vectors/coverage";
import { failures, stage, tested } from "../../support/vector-stage";

const DOWN = `- name: a
  rule: RedisDown
  series: { quantum_safety_redis_up: 1x7 0x11 1x7 }
`;
const PAGES = '  pages: ["2m50s critical ALARM", "5m10s critical OK"]\n';

/** When pages come if samples take so long to arrive. */
const pagesBy = (arrival: string) =>
  tested(`${DOWN}  arrival: ${arrival}`)[0]?.outcome.pages.map(({ at, state }) => `${at} ${state}`);

/** What vectors show of RedisDown. */
function covered(text: string): Covered {
  const found = coverageOf(stage.judged, tested(text)).get("RedisDown");
  if (!found) throw new Error("there is no RedisDown");
  return found;
}

describe("a vector", () => {
  test("passes when every state and every page comes as it says", () => {
    expect(
      failures(`${DOWN}${PAGES}  states: { 2m40s: OK, 2m50s: ALARM }\n  reasons: { 3m: 2 out of the last 2 }`),
    ).toEqual([]);
  });

  test("fails by a state, and tells what came, since when and why", () => {
    expect(failures(`${DOWN}${PAGES}  states: { 3m: OK }`)).toEqual([
      expect.stringMatching(
        /^5: RedisDown at 3m: expected OK, came ALARM \(since 2m50s: Threshold Crossed: 2 out of the last 2 datapoints \[1\.0 /,
      ),
    ]);
  });

  test("fails by a reason", () => {
    expect(failures(`${DOWN}${PAGES}  reasons: { 3m: 7 out of }`)).toEqual([
      expect.stringMatching(/^5: RedisDown at 3m: expected the reason to say "7 out of", came \(since 2m50s: /),
    ]);
  });

  test.each([
    ["a page that is missing", '["2m50s critical ALARM", "5m10s critical OK", "5m20s critical ALARM"]', 1],
    ["a page that is not listed", '["2m50s critical ALARM"]', 1],
    ["a page ten seconds off", '["3m critical ALARM", "5m10s critical OK"]', 2],
    ["a page to others", '["2m50s warning ALARM", "5m10s critical OK"]', 2],
    ["a page that is listed twice", '["2m50s critical ALARM", "2m50s critical ALARM", "5m10s critical OK"]', 1],
    ["all pages when none are listed", "[]", 2],
  ])("fails by %s", (_, pages, count) => {
    expect(failures(`${DOWN}  pages: ${pages}`)).toHaveLength(count);
  });

  test("does not take a new alarm's first OK for a page", () => {
    expect(failures("- {name: a, rule: RedisDown, series: {quantum_safety_redis_up: 1x20}, states: {5m: OK}}")).toEqual(
      [],
    );
  });

  test("starts anew with a deploy, and goes on telling what was told before it", () => {
    const again = DOWN.replace(" 0x11 ", " 0x31 ");

    const [one] = tested(`${again}  deploy: [0s, 5m]`);

    expect(one?.outcome.pages.map(({ at, state }) => [at, state])).toEqual([
      [170, "ALARM"],
      [300, "ALARM"],
      [610, "OK"],
    ]);
  });

  test("has no state after a deploy until its alarms are judged", () => {
    expect(failures(`${DOWN}${PAGES}  deploy: [0s, 1m5s]\n  states: { 1m5s: INSUFFICIENT_DATA, 1m10s: OK }`)).toEqual(
      [],
    );
  });

  test("sees what arrives at its very end", () => {
    expect(failures(`${DOWN}${PAGES}  length: 5m10s`)).toEqual([]);
  });

  test("is judged at the second of the minute that it says", () => {
    const hidden = "rule: QuantumHighFaultRate, series: {quantum_safety_faults_last_1h: 11x39}";
    const pageAt = (more: string) => tested(`- {name: a, ${hidden}${more}}`)[0]?.outcome.pages.map(({ at }) => at);

    expect(pageAt("")).toEqual([300]);
    expect(pageAt(", tick: 20s")).toEqual([320]);
  });

  test("does not see a sample before it arrives", () => {
    expect(pagesBy("10s")).toEqual(["170 ALARM", "310 OK"]);
    expect(pagesBy("40s")).toEqual(["200 ALARM", "340 OK"]);
  });
});

describe("coverage", () => {
  test("counts what a vector shows of its own rule", () => {
    expect(covered(DOWN)).toEqual({ fired: 1, quiet: 0, gap: 0, recovered: 1, suppressed: undefined });
  });

  test("counts nothing for other rules than its own", () => {
    const found = coverageOf(stage.judged, tested(DOWN)).get("QuantumRedisConnectionLost");

    expect(found).toEqual({ fired: 0, quiet: 0, gap: 0, recovered: 0, suppressed: undefined });
  });

  test.each([
    ["together with what keeps it quiet", "0x15 1x39", 1],
    ["when what keeps it quiet is over", "0x43 1x11", 0],
  ])("of a suppression counts one that fires %s", (_, faults, count) => {
    const both = `{quantum_safety_safe_mode: 0x7 1x19 0x27, quantum_safety_faults_last_1h: ${faults}}`;

    const found = coverageOf(stage.judged, tested(`- {name: a, rule: QuantumFaultSeen, series: ${both}}`));

    expect(found.get("QuantumFaultSeen")?.suppressed).toBe(count);
  });

  test("counts nothing for a rule that only an incident meets", () => {
    expect(uncovered(covered("- {name: a, alarms: all, healthy: true, length: 10m}"))).toEqual([
      "fired",
      "quiet",
      "gap",
      "recovered",
    ]);
  });

  test.each([
    ["is met while it fires and keeps firing", "1x7 0x11 _x40 1x7", 1],
    ["is not met while it is quiet, where any rule would be", "1x7 _x40 1x7", 0],
    ["is too short to leave periods empty", "1x7 0x11 _x4 0x7", 0],
  ])("of a gap counts one that %s", (_, series, count) => {
    expect(covered(`- {name: a, rule: RedisDown, series: {quantum_safety_redis_up: ${series}}}`).gap).toBe(count);
  });

  test("does not call a rule quiet that had no data", () => {
    expect(covered("- {name: a, rule: RedisDown, length: 5m}").quiet).toBe(0);
  });
});

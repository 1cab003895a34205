import { ConfigError } from "../../../../lib/errors";
import { evaluate } from "../../../../lib/alarm-engine/math/evaluate";
import { parseExpression } from "../../../../lib/alarm-engine/math/parse";
import type { Series, Value } from "../../../../lib/alarm-engine/math/series";

const _ = null;
const STARTS = [0, 60, 120, 180, 240];

function result(text: string, series: Readonly<Record<string, Series>>): Value {
  return evaluate(parseExpression(text), STARTS, new Map(Object.entries(series)));
}

describe("the guide's examples of comparison", () => {
  const series = { metric1: [30, 20, 0, 0], metric2: [20, _, 20, _] };

  it.each([
    ["metric1 < metric2", [0, 0, 1, 0]],
    ["metric1 >= 30", [1, 0, 0, 0]],
    ["metric1 > 15 AND metric2 > 15", [1, 0, 0, 0]],
    ["metric1 > 15 && metric2 > 15", [1, 0, 0, 0]],
  ])("%s gives %j", (text, expected) => {
    expect(result(text, series)).toEqual(expected);
  });
});

describe("the guide's examples of IF", () => {
  const series = { m1: [1, 1, 0, 0, _], m2: [30, _, 0, 0, 30], m3: [0, 0, 20, _, 20] };

  it.each([
    ["IF(m1, m2, m3)", [30, 0, 20, 0, _]],
    ["IF(m1, 5, m3)", [5, 5, 20, _, _]],
    ["IF(m1, m2, 5)", [30, 0, 5, 5, _]],
    ["IF(m1, m2)", [30, 0, _, _, _]],
    ["IF(1, m2, m3)", [30, _, 0, 0, 30]],
    ["IF(0, m2, m3)", [0, 0, 20, _, 20]],
    ["IF(0, m2)", [_, _, _, _, _]],
    ["IF(m1 > 0, m2, 7)", [30, 0, 7, 7, _]],
  ])("%s gives %j", (text, expected) => {
    expect(result(text, series)).toEqual(expected);
  });
});

describe("arithmetic", () => {
  it.each([
    ["m1 - m2", { m1: [5, 5, _], m2: [2, _, _] }, [3, 5, _]],
    ["100 * m1 / m2", { m1: [1, 1, 1], m2: [4, 0, _] }, [25, _, _]],
    ["m1 / 0", { m1: [1, _] }, [_, _]],
    ["m1 + 1", { m1: [1, _] }, [2, _]],
    ["1 + m1 * 2 ^ 3 - 4 / 2", { m1: [1] }, [7]],
    ["(1 + m1) * 2", { m1: [1] }, [4]],
    ["8 - 2 - m1", { m1: [1] }, [5]],
    ["-m1", { m1: [1] }, [-1]],
    ["1 - 1 == m1 OR 0", { m1: [0, 1] }, [1, 0]],
    ["1 AND 0", {}, 0],
  ])("%s of %j gives %j", (text, series, expected) => {
    expect(result(text, series as Record<string, Series>)).toEqual(expected);
  });
});

describe("functions", () => {
  it.each([
    ["FILL(m1, 0)", { m1: [1, _, 3] }, [1, 0, 3]],
    ["FILL(m1, REPEAT)", { m1: [_, 1, _] }, [_, 1, 1]],
    ["FILL(m1, m2)", { m1: [1, _, _], m2: [7, 8, _] }, [1, 8, _]],
    ["TIME_SERIES(4)", {}, [4, 4, 4, 4, 4]],
    ["MAX([m1, m2])", { m1: [1, 5, _, _, 2], m2: [2, 1, 3, _, _] }, [2, 5, 3, _, 2]],
    ["AVG([m1, m2])", { m1: [1, 5, _, _, 2], m2: [3, 1, 3, _, _] }, [2, 3, 3, _, 2]],
    ["ABS(m1 - 3)", { m1: [1, _] }, [2, _]],
    ["MINUTE(m1)", { m1: [9, 9, _, 9, 9] }, [0, 1, _, 3, 4]],
  ])("%s of %j gives %j", (text, series, expected) => {
    expect(result(text, series as Record<string, Series>)).toEqual(expected);
  });
});

describe("what an alarm cannot use, or is not built here,", () => {
  it.each([
    ["SEARCH('{NS,A} MetricName=\"m\"', 'Sum')", "SEARCH()"],
    ["ANOMALY_DETECTION_BAND(m1, 2)", "ANOMALY_DETECTION_BAND()"],
    ["METRICS('m')", "METRICS()"],
    ["RATE(m1)", "RATE()"],
    ["SELECT AVG(x) FROM y", "Metrics Insights"],
    ["SUM(m1)", "SUM() of one series"],
    ["FILL(m1, LINEAR)", "FILL(…, LINEAR)"],
    ["[m1] + 1", "a list stands where"],
    ["m1 +", "cannot go on after"],
    ["m1 m2", "cannot go on after"],
    ["m1 # 2", "cannot read"],
    ["", "cannot go on after"],
  ])("is refused by name: %s", (text, says) => {
    const refused = () => result(text, { m1: [1] });

    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(says);
  });
});

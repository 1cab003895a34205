import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, assert, integer, oneof, property, record } from "fast-check";

import { expand, type Series } from "../../../local/alarms/vectors/notation";
import { secondsOf, timeText } from "../../../local/alarms/vectors/times";

/** A series place by place, gaps as null. */
function places({ samples, places: length }: Series): (number | null)[] {
  const values = new Map(samples.map(({ place, value }) => [place, value]));
  return Array.from({ length }, (_, place) => values.get(place) ?? null);
}

type Item = { gaps: number } | { first: number; step: number; more: number };

const write = (one: Item): string =>
  "gaps" in one ? `_x${one.gaps}` : `${one.first}${one.step < 0 ? "-" : "+"}${Math.abs(one.step)}x${one.more}`;

const TABLE: readonly (readonly [string, readonly (number | null)[]])[] = [
  ["1", [1]],
  ["1x4", [1, 1, 1, 1, 1]],
  ["1x0", [1]],
  ["-2+4x3", [-2, 2, 6, 10]],
  ["1-2x4", [1, -1, -3, -5, -7]],
  ["0+0.1x8", [0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.6, 0.7, 0.7999999999999999]],
  ["1 _x3 2", [1, null, null, null, 2]],
  ["_", [null]],
  ["_x0 5", [5]],
  ["+3 -3 .5 1e2 1e-1x1", [3, -3, 0.5, 100, 0.1, 0.1]],
  ["  1   2  ", [1, 2]],
];

describe("the notation", () => {
  test.each(TABLE)("%s is written out", (text, written) => {
    expect(places(expand(text))).toEqual(written);
  });

  test("is what promtool makes of it", () => {
    const folder = mkdtempSync(join(tmpdir(), "notation-"));
    const tests = TABLE.map(([text, written]) => ({
      interval: "1m",
      input_series: [{ series: "a", values: text.trim() }],
      promql_expr_test: written.map((value, place) => ({
        expr: "last_over_time(a[59s])",
        eval_time: `${place}m`,
        exp_samples: value === null ? [] : [{ labels: "a", value }],
      })),
    }));
    const file = join(folder, "test.yaml");
    writeFileSync(file, JSON.stringify({ rule_files: [], tests }));

    const output = execFileSync("promtool", ["test", "rules", file], { encoding: "utf8" });

    rmSync(folder, { recursive: true });
    expect(output).toContain("SUCCESS");
  });

  test("of any run is its first value and as many steps", () => {
    const whole = integer({ min: -1000, max: 1000 });
    const item = oneof(
      record({ gaps: integer({ min: 0, max: 20 }) }),
      record({ first: whole, step: whole, more: integer({ min: 0, max: 20 }) }),
    );

    assert(
      property(array(item, { minLength: 1 }), (items) => {
        const written = items.flatMap((one): (number | null)[] =>
          "gaps" in one
            ? Array<null>(one.gaps).fill(null)
            : Array.from({ length: one.more + 1 }, (_, place) => one.first + place * one.step + 0),
        );

        expect(places(expand(items.map(write).join(" ")))).toEqual(written);
      }),
    );
  });

  test("tells of samples that come late, and of those that come twice", () => {
    const { samples, places: length } = expand("1 2x1@1m30s 3*2 4-1x1@5m*3");

    expect(length).toBe(6);
    expect(samples).toEqual([
      { place: 0, value: 1, copies: 1 },
      { place: 1, value: 2, copies: 1, arrivesAfter: 90 },
      { place: 2, value: 2, copies: 1, arrivesAfter: 90 },
      { place: 3, value: 3, copies: 2 },
      { place: 4, value: 4, copies: 3, arrivesAfter: 300 },
      { place: 5, value: 3, copies: 3, arrivesAfter: 300 },
    ]);
  });

  test.each([
    ["1 x 3", /"x" is no value, run or gap: such as 1, 1x20/],
    ["stale", /"stale" is .* CloudWatch knows no staleness, a gap is _/],
    ["NaN", /CloudWatch stores numbers only/],
    ["1+2", /"1\+2" is no value/],
    ["1x-3", /"1x-3" is no value/],
    ["_@2m", /"_@2m" is no value/],
    ["1*0", /"1\*0" is no value/],
    ["1@m5", /"1@m5" arrives after "m5", which is no time such as 2m/],
    ["1e300", /comes to more than CloudWatch can store/],
    ["1x90000", /at most 80640 places/],
    ["1x50000 1x50000", /at most 80640 places/],
  ])("refuses %s in a sentence", (text, says) => {
    expect(() => expand(text)).toThrow(says);
  });
});

describe("a time", () => {
  test.each([
    ["0s", 0],
    ["90s", 90],
    ["1m30s", 90],
    ["1h1s", 3601],
    ["2h", 7200],
  ])("%s is %d seconds", (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });

  test.each([[""], ["5"], ["1s1m"], ["1.5m"], ["-1m"], ["1d"]])("%j is none", (text) => {
    expect(secondsOf(text)).toBeUndefined();
  });

  test("is written so that it is read as the same", () => {
    assert(
      property(integer({ min: 0, max: 1_000_000 }), (seconds) => {
        expect(secondsOf(timeText(seconds))).toBe(seconds);
      }),
    );
  });
});

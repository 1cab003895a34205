import { rules } from "../../alarms";
import { validateEnvironment } from "../../lib/environment";
import { age, lastUpdate } from "../../lib/harvest/metrics";
import { promQl } from "../../lib/rules/promql";
import { table, told } from "./report";
import { resultOf, type RuleResult } from "./result";
import { referenceOf } from "./subject";
import { prod } from "../support/example-environments";

/** Enough for every test run; `npm run parity` tells ten times as many. */
const STORIES = 500;
const MOST_PRINTED = 3;
/** A declared deviation that is not met in so many stories more never occurs. */
const PATIENCE = 600;

const { PARITY_SEED: seed = "1", PARITY_TIMELINES: wanted, PARITY_RULE: only, PARITY_TIMELINE: one } = process.env;
const environment = validateEnvironment(prod);
const chosen = rules.filter(({ name }) => only === undefined || name === only);
const each = Math.ceil(Number(wanted ?? STORIES) / chosen.length);
const numbers = one === undefined ? Array.from({ length: each }, (_, number) => number) : [Number(one)];
const results: RuleResult[] = [];

jest.setTimeout(300_000);
afterAll(() => {
  for (const { only: run } of results) if (run !== undefined) process.stdout.write(`\n${told(run, seed)}`);
  process.stdout.write(`\nParity with Prometheus, seed ${seed}\n${table(results)}`);
});

describe.each(chosen)("$name", (rule) => {
  test("pages as Prometheus does, but for what it declares", async () => {
    const result = await resultOf({ rule, seed, numbers, patience: one === undefined ? PATIENCE : 0 }, environment);

    results.push(result);
    const shown = result.failed.slice(0, MOST_PRINTED).map((run) => told(run, seed));
    expect([...result.differences, ...shown].join("\n")).toBe("");
  });
});

test.each(rules.filter(({ prometheus, condition }) => prometheus && condition.kind !== "silence"))(
  "$name is held against the very expression that it mirrors",
  (rule) => {
    const { expr } = promQl({ ...rule, condition: referenceOf(rule) });

    expect(expr).toBe(rule.prometheus?.expr.replace(`time() - ${lastUpdate.name}`, age.name));
  },
);

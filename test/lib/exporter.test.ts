import type { Collected, Collector } from "../../lib/collector";
import { CollectError } from "../../lib/errors";
import {
  describeRun,
  loggedProperties,
  type Outcome,
  runMetrics,
  safetyReport,
  violationsOf,
} from "../../lib/exporter";
import { type ContractViolation, known } from "../../lib/reading";
import { valuesOf } from "../support/schedule";

const ownMetrics = [...safetyReport.metrics, ...runMetrics];
const AT = new Date("2026-03-01T12:00:15Z");
const UP = { isUp: true, durationMs: 2.5, skewMs: -3 };
const WELL = { cutOff: known(null), full: known(null), skewMs: -3 };
const DOWN = { isUp: false, error: "connect ECONNREFUSED", why: "unreachable" } as const;

const collectorNamed = (name: string): Collector<never> => ({
  name,
  metrics: [],
  collect: () => Promise.reject(new CollectError("never asked")),
});
const collectedBy = (name: string, violations: readonly ContractViolation[] = []): Outcome => {
  const collected: Collected = { samples: [], properties: {}, violations, failures: [] };
  return { collector: collectorNamed(name), collected };
};
const failedBy = (name: string, why: string): Outcome => ({
  collector: collectorNamed(name),
  error: new CollectError(why),
});
const violation = (index: number): ContractViolation => ({ key: "key", what: `is wrong in place ${index}` });

describe("what the exporter says of itself", () => {
  it("counts collectors that failed and violations as errors, and each under its collector", () => {
    const outcomes = [collectedBy("a", [violation(1), violation(2)]), failedBy("b", "key: NOPERM"), collectedBy("c")];

    const { samples, properties } = describeRun(
      { at: AT, health: UP, server: WELL, lastErrorAt: undefined },
      outcomes,
      [safetyReport],
    );

    expect(valuesOf(samples)).toEqual({
      quantum_safety_exporter_up: 1,
      quantum_safety_exporter_scrapes_total: 1,
      quantum_safety_redis_up: 1,
      quantum_safety_exporter_errors_total: 3,
      quantum_safety_sample_duration_ms: 2.5,
      quantum_redis_replica_cut_off: 0,
      quantum_redis_full: 0,
      quantum_clock_skew_seconds: 0.003,
      "quantum_collector_up{a}": 1,
      "quantum_collector_up{b}": 0,
      "quantum_collector_up{c}": 1,
      quantum_contract_violations: 2,
      "quantum_contract_violations{a}": 2,
      "quantum_contract_violations{c}": 0,
    });
    expect(properties).toEqual({ clock_skew_ms: -3, failed: [{ collector: "b", why: "key: NOPERM" }] });
  });

  it("is the heartbeat, the outage and its time while Redis is down, and no count of violations", () => {
    const { samples, properties } = describeRun(
      { at: AT, health: DOWN, server: undefined, lastErrorAt: AT },
      [failedBy("a", "no answer")],
      [safetyReport],
    );

    expect(valuesOf(samples)).toEqual({
      quantum_safety_exporter_up: 1,
      quantum_safety_exporter_scrapes_total: 1,
      quantum_safety_redis_up: 0,
      quantum_safety_redis_last_error_timestamp: AT.getTime() / 1000,
      quantum_safety_exporter_errors_total: 1,
      "quantum_collector_up{a}": 0,
    });
    expect(properties).toEqual({
      redis_error: "connect ECONNREFUSED",
      redis_why: "unreachable",
      failed: [{ collector: "a", why: "no answer" }],
    });
  });

  it("stands at the slot and under metrics that it declares", () => {
    const { samples } = describeRun(
      { at: AT, health: UP, server: WELL, lastErrorAt: AT },
      [collectedBy("a"), failedBy("b", "x")],
      [safetyReport],
    );

    expect(samples.every(({ at }) => at === AT)).toBe(true);
    for (const { metric } of samples) expect(ownMetrics).toContain(metric);
  });

  it("reads the metrics of being up by their minimum, so that one run of two that fails is seen", () => {
    const minima = ownMetrics.filter(({ read }) => read === "Minimum").map(({ name }) => name);

    expect(minima).toEqual(["quantum_safety_redis_up", "quantum_collector_up"]);
  });
});

describe("the log line", () => {
  it("names each violation with its collector", () => {
    const found = violationsOf([
      collectedBy("a", [violation(1)]),
      failedBy("b", "x"),
      collectedBy("c", [violation(2)]),
    ]);

    expect(loggedProperties({ estimated: true }, found)).toEqual({
      estimated: true,
      violations: [
        { collector: "a", key: "key", what: "is wrong in place 1" },
        { collector: "c", key: "key", what: "is wrong in place 2" },
      ],
    });
  });

  it("names no more than ten, and counts the others", () => {
    const found = violationsOf([
      collectedBy(
        "a",
        Array.from({ length: 1200 }, (_, index) => violation(index)),
      ),
    ]);

    const { violations, violations_not_listed } = loggedProperties({}, found) as Record<string, unknown>;

    expect([violations, violations_not_listed]).toEqual([found.slice(0, 10), 1190]);
  });

  it("says nothing of violations where there are none", () => {
    expect(loggedProperties({ a: 1 }, [])).toEqual({ a: 1 });
  });
});

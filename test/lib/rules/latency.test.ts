import { quantumFaultSeen } from "../../../alarms/breaker";
import { quantumPublishingStalled, quantumSafeModeActive, quantumSafetyFaultSpike } from "../../../alarms/safety";
import { quantumTelemetryExporterDown } from "../../../alarms/telemetry";
import { latencyByCut, latencyOf } from "../../../lib/rules/latency";

/** From the mark to where an alarm can read it, plus the mark that may just have passed. */
const OLDEST_SAMPLE_SEC = 15;

test.each(["aligned", "unaligned"] as const)(
  "safe mode is told within 82 s at the median and 110 s at worst, with %s periods",
  (cut) => {
    const { median, worst } = latencyByCut(quantumSafeModeActive, OLDEST_SAMPLE_SEC, cut);

    expect(median).toBeLessThanOrEqual(82);
    expect(worst).toBeLessThanOrEqual(110);
  },
);

test("two whole periods have to pass, so that safe mode is never told before the earlier one has ended", () => {
  const { best } = latencyByCut(quantumSafeModeActive, OLDEST_SAMPLE_SEC, "aligned");

  expect(best).toBeGreaterThanOrEqual(60 - OLDEST_SAMPLE_SEC);
});

test("a longer duration is told later by as much", () => {
  const minutes = (["3m", "8m"] as const).map((length) =>
    latencyOf({ ...quantumSafetyFaultSpike, for: length }, OLDEST_SAMPLE_SEC),
  );

  const [short, long] = minutes.map(({ worst }) => worst);
  expect((long ?? 0) - (short ?? 0)).toBe(300);
});

test("samples that come by the minute make safe mode later than 15-second ones", () => {
  const [fine, coarse] = [15, 60].map((interval) => latencyOf(quantumSafeModeActive, interval).worst);

  expect(coarse).toBeGreaterThan(fine ?? 0);
});

test("a rule with a suppressor is later by the worst latency of the rule that suppresses it", () => {
  const { inhibitedBy: _, ...alone } = quantumFaultSeen;

  const [withIt, without] = [quantumFaultSeen, alone].map((rule) => latencyOf(rule, OLDEST_SAMPLE_SEC).best);

  const wait = latencyOf(quantumSafeModeActive, OLDEST_SAMPLE_SEC).worst;
  expect(withIt).toBe((without ?? 0) + wait);
});

test("a stall is told by its own condition, without a wait for safe mode", () => {
  const { worst } = latencyOf(quantumPublishingStalled, OLDEST_SAMPLE_SEC);

  expect(worst).toBeLessThan(latencyOf(quantumFaultSeen, OLDEST_SAMPLE_SEC).worst);
});

test("silence for two minutes is told after two whole minutes of the wall clock, and not after four", () => {
  const { best, worst } = latencyOf(quantumTelemetryExporterDown, OLDEST_SAMPLE_SEC);

  expect(best).toBeGreaterThanOrEqual(105);
  expect(worst).toBeLessThanOrEqual(240);
});

import { quantumBreakerFlapping, quantumRateNearLimit } from "../../../alarms/breaker";
import { lambdaFailing, lambdaNotInvoked } from "../../../alarms/functions";
import {
  quantumHighFaultRate,
  quantumPublishingStalled,
  quantumSafeModeActive,
  quantumSafetyFaultSpike,
  redisDown,
} from "../../../alarms/safety";
import { collectorFailing, quantumContractBroken, telemetryLogsBroken } from "../../../alarms/telemetry";
import { prometheusAlert } from "../../../lib/rules/prometheus";
import { promQl } from "../../../lib/rules/promql";

test.each([quantumSafeModeActive, quantumHighFaultRate, quantumSafetyFaultSpike, redisDown])(
  "the condition of $name is in PromQL what the rule mirrors",
  (rule) => {
    const own = promQl(rule);

    expect(own).toEqual(rule.prometheus);
  },
);

test.each([
  [
    quantumPublishingStalled,
    "quantum_trade_intent_last_age_seconds > 300 and max_over_time(quantum_safety_safe_mode[5m]) == 0 unless quantum_redis_full > 0",
    "0s",
  ],
  [
    quantumBreakerFlapping,
    "quantum_safety_faults_last_30m >= 3 or avg_over_time(quantum_safety_safe_mode[1h]) > 0.25",
    "0s",
  ],
  [
    quantumRateNearLimit,
    "count_over_time((max_over_time(quantum_safety_rate_global_utilization[59s]) >= 80 or max_over_time(quantum_safety_rate_symbol_utilization_max[59s]) >= 80)[119s:1m]) >= 2",
    "0s",
  ],
  [quantumContractBroken, "count_over_time((max_over_time(quantum_contract_violations[59s]) > 0)[299s:1m]) >= 3", "0s"],
  [collectorFailing, "quantum_collector_up == 0", "2m"],
  [lambdaFailing, "aws_lambda_errors_sum > 0", "2m"],
  [lambdaNotInvoked, "absent(aws_lambda_invocations_sum)", "2m"],
  [telemetryLogsBroken, "aws_logs_emf_parsing_errors_sum > 0 or aws_logs_emf_validation_errors_sum > 0", "0s"],
])("each kind of condition has its PromQL (%#)", (rule, expr, length) => {
  const own = promQl(rule);

  expect(own).toEqual({ expr, for: length });
});

test("a mirrored rule goes to Prometheus by the expression that it mirrors", () => {
  const alert = prometheusAlert(quantumPublishingStalled);

  expect(alert).toMatchObject({
    alert: "QuantumPublishingStalled",
    expr: "quantum_trade_intent_rate_per_min == 0 and quantum_safety_safe_mode == 0",
    for: "5m",
    labels: { severity: "warning", component: "trading" },
  });
});

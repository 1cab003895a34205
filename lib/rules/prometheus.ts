import { promQl } from "./promql";
import type { Rule } from "./rule";

/** One alerting rule as Prometheus reads it. */
export interface PrometheusAlert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A rule as a Prometheus alert: a mirrored one by the expression that it mirrors, any other by its own condition. */
export function prometheusAlert(rule: Rule): PrometheusAlert {
  const { name, severity, component, summary, description } = rule;
  const { expr, for: duration } = rule.prometheus ?? promQl(rule);
  return {
    alert: name,
    expr,
    ...(duration === "0s" ? {} : { for: duration }),
    labels: { severity, component },
    annotations: { summary, description },
  };
}

/** A file of alerting rules for Prometheus. It is JSON, which is YAML too. */
export function prometheusFile(rules: readonly Rule[]): string {
  const groups = [{ name: "quantum-watch", rules: rules.map(prometheusAlert) }];
  return `${JSON.stringify({ groups }, undefined, 2)}\n`;
}

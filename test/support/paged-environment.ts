import type { Environment } from "../../lib/environment";
import { prod } from "../../lib/environments/prod";

const secret = (name: string): string =>
  `arn:aws:secretsmanager:eu-central-1:222222222222:secret:quantum/${name}-AbCdEf`;

/** Production with every way of telling people that goes with the others. */
export const paged: Environment = {
  ...prod,
  notify: {
    pagerduty: { kind: "sns", secretArn: secret("pagerduty") },
    email: [
      { address: "oncall@example.com", severities: ["critical"] },
      { address: "digest@example.com", severities: ["info"] },
    ],
    slack: { kind: "bot", secretArn: secret("slack"), channel: "C0123456789" },
    webhook: { url: "https://pages.example.com/in", secretArn: secret("webhook") },
    heartbeat: { secretArn: secret("heartbeat"), every: "10m" },
    drill: { day: "MON", at: "10:00" },
  },
};

import type { Environment } from "../environment";

const secret = (name: string): string =>
  `arn:aws:secretsmanager:eu-central-1:222222222222:secret:quantum-watch/${name}`;

/** The ids are made up: put those of your own account, VPC and replication group in their place. */
export const prod: Environment = {
  name: "prod",
  account: "222222222222",
  region: "eu-central-1",
  network: {
    kind: "vpc",
    id: "vpc-0fedcba9876543210",
    zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
    subnetIds: ["subnet-0fedcba9876543210", "subnet-0fedcba9876543211", "subnet-0fedcba9876543212"],
    routeTableIds: ["rtb-0fedcba9876543210", "rtb-0fedcba9876543211", "rtb-0fedcba9876543212"],
  },
  redis: {
    kind: "existing",
    topology: { kind: "single", host: "master.quantum-prod.abc123.euc1.cache.amazonaws.com", port: 6379 },
    securityGroupId: "sg-0fedcba9876543210",
    authentication: { kind: "iam", username: "quantum-watch", cacheName: "quantum-prod", isServerless: false },
    tls: {},
  },
  symbols: ["BTCUSDT", "ETHUSDT", "SOLUSDT"],
  sampleIntervalSec: 15,
  collectors: ["safety", "harvest", "redis", "streams"],
  // Who turns intents into plans, and who reads what became of these: while one lags or is gone, intents are let through
  // and nothing is traded.
  groups: [
    { stream: "quantum:stream:trade.intent", group: "quantum:group:intent_bridge" },
    { stream: "quantum:stream:apply.result", group: "quantum:group:execution:trade.intent" },
  ],
  retentionDays: 30,
  tier: "boarded",
  publisher: "emf",
  reservedConcurrency: 3,
  notify: {
    pagerduty: { kind: "sns", secretArn: secret("pagerduty-6Gk2fS") },
    email: [
      { address: "oncall@example.com", severities: ["critical"] },
      { address: "trading@example.com", severities: ["info"] },
    ],
    slack: { kind: "bot", secretArn: secret("slack-8nQ1xZ"), channel: "C0123456789" },
    heartbeat: { secretArn: secret("heartbeat-3cT7wB") },
    drill: { day: "MON", at: "10:00" },
  },
  runbooks: "https://github.com/example/quantum-watch/blob/main/docs/runbooks",
};

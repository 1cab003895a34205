import type { Environment } from "../environment";

/** The ids are made up: put those of your own account, VPC and cache in their place. */
export const staging: Environment = {
  name: "staging",
  account: "111111111111",
  region: "eu-central-1",
  network: {
    kind: "vpc",
    id: "vpc-0123456789abcdef0",
    zones: ["eu-central-1a", "eu-central-1b"],
    subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    routeTableIds: ["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"],
  },
  redis: {
    kind: "existing",
    topology: {
      kind: "cluster",
      nodes: [{ host: "quantum-staging-abc123.serverless.euc1.cache.amazonaws.com", port: 6379 }],
    },
    securityGroupId: "sg-0123456789abcdef0",
    authentication: { kind: "iam", username: "quantum-watch", cacheName: "quantum-staging", isServerless: true },
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
  retentionDays: 7,
  tier: "boarded",
  publisher: "emf",
  reservedConcurrency: 3,
  runbooks: "https://github.com/example/quantum-watch/blob/main/docs/runbooks",
};

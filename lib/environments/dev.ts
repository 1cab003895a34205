import type { Environment } from "../environment";

/** A trial: the stack brings its own network and its own empty cache, and goes without leaving anything behind. */
export const dev: Environment = {
  name: "dev",
  region: "eu-central-1",
  network: { kind: "trial" },
  redis: { kind: "trial" },
  symbols: ["BTCUSDT", "ETHUSDT", "SOLUSDT"],
  sampleIntervalSec: 15,
  collectors: ["safety", "harvest", "redis", "streams"],
  // Who turns intents into plans, and who reads what became of these: while one lags or is gone, intents are let through
  // and nothing is traded.
  groups: [
    { stream: "quantum:stream:trade.intent", group: "quantum:group:intent_bridge" },
    { stream: "quantum:stream:apply.result", group: "quantum:group:execution:trade.intent" },
  ],
  retentionDays: 3,
  tier: "alarmed",
  publisher: "emf",
  // New accounts have too few concurrent executions for any to be set aside.
  reservedConcurrency: "none",
  runbooks: "https://github.com/example/quantum-watch/blob/main/docs/runbooks",
};

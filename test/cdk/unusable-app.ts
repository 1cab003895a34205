import { synthesize } from "../../cdk/synthesize";
import { dev, prod } from "../support/example-environments";

synthesize({
  "no-endpoint": { ...prod, name: "no-endpoint", publisher: "cloudwatch" },
  "long-links": { ...prod, name: "long-links", runbooks: `https://docs.example.com/${"x".repeat(1000)}` },
  "made-up-links": { ...prod, name: "made-up-links", runbooks: "https://docs.example.com/runbooks" },
  "over-variables": {
    ...prod,
    name: "over-variables",
    harvest: { symbols: Array.from({ length: 300 }, (_, index) => `COIN${index}USDT`) },
  },
  "no-window": { ...prod, name: "no-window", rules: { QuantumSafeModeActive: { for: "45s" } } },
  "long-over": {
    ...dev,
    name: "long-over",
    quietHours: [
      {
        name: "nightly",
        cron: "0 22 * * *",
        duration: "8h",
        timezone: "UTC",
        rules: ["QuantumSafeModeActive"],
        why: "It was to end.",
        until: "2023-05-01T00:00",
      },
    ],
  },
  "no-target": {
    ...prod,
    name: "no-target",
    quietHours: [
      {
        name: "nightly",
        cron: "0 22 * * *",
        duration: "8h",
        timezone: "UTC",
        rules: ["QuantumRedisConnectionLost"],
        why: "It is shown only.",
      },
    ],
  },
});

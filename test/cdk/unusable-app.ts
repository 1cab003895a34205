import { synthesize } from "../../cdk/synthesize";
import { prod } from "../../lib/environments/prod";

synthesize({
  "no-endpoint": { ...prod, name: "no-endpoint", publisher: "cloudwatch" },
  "long-links": { ...prod, name: "long-links", runbooks: `https://docs.example.com/${"x".repeat(1000)}` },
  "no-window": { ...prod, name: "no-window", rules: { QuantumSafeModeActive: { for: "45s" } } },
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

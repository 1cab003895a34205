import { synthesize } from "../../cdk/synthesize";
import { prod } from "../../lib/environments/prod";

synthesize({
  "no-endpoint": { ...prod, name: "no-endpoint", publisher: "cloudwatch" },
  "long-links": { ...prod, name: "long-links", runbooks: `https://docs.example.com/${"x".repeat(1000)}` },
  "no-window": { ...prod, name: "no-window", rules: { QuantumSafeModeActive: { for: "45s" } } },
});

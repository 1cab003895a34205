import { synthesize } from "../../cdk/synthesize";
import { prod } from "../../lib/environments/prod";

synthesize({
  "no-endpoint": { ...prod, name: "no-endpoint", publisher: "cloudwatch" },
  "no-window": { ...prod, name: "no-window", rules: { QuantumSafeModeActive: { for: "45s" } } },
});

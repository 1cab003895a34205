import type { Rule } from "../lib/rules/rule";
import { breakerRules } from "./breaker";
import { functionRules } from "./functions";
import { harvestRules } from "./harvest";
import { pagingRules } from "./paging";
import { redisRules } from "./redis";
import { safetyRules } from "./safety";
import { streamRules } from "./streams";
import { telemetryRules } from "./telemetry";

/** Every rule, a file a subject. */
export const rules: readonly Rule[] = [
  ...safetyRules,
  ...breakerRules,
  ...redisRules,
  ...streamRules,
  ...harvestRules,
  ...telemetryRules,
  ...functionRules,
  ...pagingRules,
];

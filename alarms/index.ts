import type { Rule } from "../lib/rules/rule";
import { breakerRules } from "./breaker";
import { functionRules } from "./functions";
import { safetyRules } from "./safety";
import { telemetryRules } from "./telemetry";

/** Every rule, a file a subject. */
export const rules: readonly Rule[] = [...safetyRules, ...breakerRules, ...telemetryRules, ...functionRules];

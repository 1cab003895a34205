import type { Rule } from "../lib/rules/rule";
import { safetyRules } from "./safety";

/** Every rule, a file a subject. */
export const rules: readonly Rule[] = [...safetyRules];

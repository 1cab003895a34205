import { validateEnvironment } from "../../lib/environment";
import { vectorsIn } from "../../local/alarms/vectors/read-vectors";
import { stageOf } from "../../local/alarms/vectors/stage";
import { type Tested, testVector } from "../../local/alarms/vectors/test-vectors";
import { prod } from "./example-environments";

/** The alarms of production. */
export const stage = stageOf(validateEnvironment(prod));

/** Runs vectors that are written out. */
export function tested(text: string): Tested[] {
  return vectorsIn("a.yaml", text, stage).map((one) => testVector(one, stage));
}

/** What went otherwise than expected, by line. */
export function failures(text: string): string[] {
  return tested(text).flatMap((one) => one.failures.map(({ line, message }) => `${line}: ${message}`));
}

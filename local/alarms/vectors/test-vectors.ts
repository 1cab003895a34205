import { type Failure, failuresOf } from "./compare";
import { type Outcome, runVector } from "./run-vector";
import type { Stage } from "./stage";
import type { Vector } from "./vector";

/** A vector that was run. */
export interface Tested {
  readonly vector: Vector;
  readonly outcome: Outcome;
  /** Empty if it passes. */
  readonly failures: readonly Failure[];
}

/** Runs a vector and compares. */
export function testVector(vector: Vector, stage: Stage): Tested {
  const outcome = runVector(vector, stage);
  return { vector, outcome, failures: failuresOf(vector, outcome) };
}

import type { ValidatedEnvironment } from "../lib/environment";
import type { Board } from "./board";
import { quantumHarvestControl } from "./quantum-harvest-control";
import { quantumSafety } from "./quantum-safety";
import { redis } from "./redis";

/** Every board, a file a board. */
export const boards: readonly Board[] = [quantumSafety, quantumHarvestControl, redis];

/** The boards that an environment has something for. */
export function boardsOf({ collectors }: ValidatedEnvironment): readonly Board[] {
  return boards.filter(({ families }) => families?.some((family) => collectors.includes(family)) ?? true);
}

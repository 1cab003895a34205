import type { Board } from "./board";
import { quantumSafety } from "./quantum-safety";

/** Every board, a file a board. */
export const boards: readonly Board[] = [quantumSafety];

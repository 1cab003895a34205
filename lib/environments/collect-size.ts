import { MOST_SYMBOLS, memoryMbFor, mostSymbolsIn } from "../collect-size";
import type { CollectFunction } from "./functions";
import { functionsOf } from "./functions";
import type { CompleteEnvironment } from "./schema";

/** Symbols fall to parts by their names, so that one part may have so many times its share. */
const UNEVEN = 1.05;

/** What a function that collects is made for. */
export interface CollectSize {
  readonly memoryMb: number;
  /** The most symbols of the harvest that it has room and processor time for. */
  readonly mostSymbols: number;
}

/** The size of a function, by the symbols that it reads. */
export function collectSizeOf(environment: CompleteEnvironment, collects: CollectFunction): CollectSize {
  const memoryMb = memoryMbFor(symbolsOf(environment, collects));
  return { memoryMb, mostSymbols: mostSymbolsIn(memoryMb) };
}

function symbolsOf({ symbols, harvest }: CompleteEnvironment, { collectors, part }: CollectFunction): number {
  if (!collectors.includes("harvest")) return 0;
  const named = symbols.length + harvest.symbols.length;
  const all = harvest.discovery === "on" ? Math.max(named, harvest.mostSymbols) : named;
  return part ? Math.ceil((all / part.of) * UNEVEN) : all;
}

/** More symbols than the functions could read, a sentence each. */
export function impossibleSize(environment: CompleteEnvironment): string[] {
  return functionsOf(environment).flatMap((collects) => {
    const symbols = symbolsOf(environment, collects);
    if (symbols <= MOST_SYMBOLS) return [];
    return [
      `harvest.mostSymbols is ${environment.harvest.mostSymbols}, of which ${collects.name} would read ${symbols}: one function reads at most ${MOST_SYMBOLS}, so let more of them share the harvest in parts`,
    ];
  });
}

import { MOST_SYMBOLS } from "../collect-size";
import type { VariableReader } from "../variables";

/** How the harvest proposals are read. */
export interface HarvestSettings {
  /** Read besides the admitted symbols: they are in the aggregates and the log, and have no metrics of their own. */
  readonly symbols: readonly string[];
  /** Whether further symbols are looked for between marks. */
  readonly isDiscovering: boolean;
  /** How many are found at most: of more this process could not read all in time. */
  readonly mostSymbols: number;
  readonly intervalSec: number;
  /** Whether the trading system keeps position keys; without them a symbol is live until its proposal is old. */
  readonly positions: boolean;
  readonly part: Part;
}

/** One of several functions that share the symbols between them; numbers begin at 1. */
export interface Part {
  readonly number: number;
  readonly of: number;
}

/** What has been found by looking through the server's keys. */
export interface Found {
  readonly symbols: ReadonlySet<string>;
  /** Whether every key has been looked at since this sandbox began, and there was room for all that was found. */
  readonly isComplete: boolean;
  /** What Redis refused at the last look. */
  readonly refusal: string | undefined;
}

/** As a collector gets it; `found` is undefined where nothing is looked for. */
export interface HarvestSource extends HarvestSettings {
  readonly found: Found | undefined;
}

const MOST_PARTS = 100;

/** Reads the variables of the harvest family; what is wrong is noted with the reader. */
export function readHarvestSettings(read: VariableReader, sampleIntervalSec: number): HarvestSettings {
  return {
    symbols: read.list("HARVEST_SYMBOLS"),
    isDiscovering: read.choice("HARVEST_DISCOVERY", ["off", "on"], "off") === "on",
    mostSymbols: read.integer("HARVEST_MOST_SYMBOLS", 1, MOST_SYMBOLS, MOST_SYMBOLS),
    intervalSec: read.integer("HARVEST_INTERVAL_SEC", 5, 60, sampleIntervalSec),
    positions: read.choice("HARVEST_POSITIONS", ["true", "false"], "true") === "true",
    part: readPart(read),
  };
}

function readPart(read: VariableReader): Part {
  const text = read.text("HARVEST_PART", "1/1");
  const [, number = 0, of = 0] = (/^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []).map(Number);
  if (number >= 1 && number <= of && of <= MOST_PARTS) return { number, of };
  read.wrong("HARVEST_PART", `${JSON.stringify(text)} is not a part such as 1/4, of at most ${MOST_PARTS}`);
  return { number: 1, of: 1 };
}

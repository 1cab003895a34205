import type { ShownHalt } from "../lib/collectors/halts";
import { intentStreamMissing, openingRate } from "../lib/collectors/intents";
import { safeMode } from "../lib/collectors/safe-mode";
import type { Metric, Properties } from "../lib/metric";
import { format, type Palette, printable } from "./terminal";

/** A line for each way in which trading is halted besides safe mode, or goes on in spite of it. */
export function haltLines(
  value: (metric: Metric) => number | undefined,
  properties: Properties,
  colour: Palette,
): string[] {
  const listed = (name: string): readonly ShownHalt[] => (properties[name] ?? []) as readonly ShownHalt[];
  const opening = value(openingRate) ?? 0;
  const isOn = value(safeMode) === 1;
  const what = `${format(opening)} ${opening === 1 ? "intent that opens" : "intents that open"}`;
  return [
    ...(isOn && opening > 0 ? [colour.bad(`${what} in the last minute, and safe mode is on`)] : []),
    ...listed("halts").map((halt) => colour.bad(`TRADING HALTED: ${inWords(halt)}`)),
    ...listed("halt_signs").map((halt) => colour.warn(`sign of a halt: ${inWords(halt)}`)),
    ...(value(intentStreamMissing) === 1 ? [colour.warn("the trade-intent stream does not exist")] : []),
  ];
}

const inWords = ({ key, stops, reason }: ShownHalt): string =>
  printable(`${key} stops ${stops}${reason ? ` (${reason})` : ""}`);

import { ConfigError } from "../lib/errors";
import type { Board, Place } from "./board";

/** PutDashboard takes so many widgets. */
const MAX_WIDGETS = 500;
const COLUMNS = 24;
/** A widget's greatest height in grid units. */
const MAX_HEIGHT = 1000;

/** Throws ConfigError where a board's panels are too many, stand outside the grid or cover one another. */
export function checkLayout({ name, panels }: Board): void {
  if (panels.length > MAX_WIDGETS) {
    throw new ConfigError(`${name}: has ${panels.length} panels, a dashboard takes ${MAX_WIDGETS}`);
  }
  for (const [index, { place }] of panels.entries()) {
    if (!fitsGrid(place)) throw new ConfigError(`${name}: the panel at ${spot(place)} does not fit ${COLUMNS} columns`);
    const other = panels.slice(0, index).find((before) => overlap(before.place, place));
    if (other) throw new ConfigError(`${name}: the panels at ${spot(other.place)} and ${spot(place)} overlap`);
  }
}

function fitsGrid({ x, y, width, height }: Place): boolean {
  const areWhole = [x, y, width, height].every((one) => Number.isInteger(one) && one >= 0);
  return areWhole && width >= 1 && height >= 1 && height <= MAX_HEIGHT && x + width <= COLUMNS;
}

function overlap(a: Place, b: Place): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

const spot = ({ x, y }: Place): string => `column ${x}, row ${y}`;

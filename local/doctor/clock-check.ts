import { clockSkewed } from "../../alarms/redis";
import { thresholdsOf } from "../../lib/rules/condition";
import type { Check } from "./check";

/** A clock this far off is worth knowing: an age is wrong by as much as is read off it. */
const NOTED_MS = 1000;
/** Beyond this ClockSkewed warns. */
const MAX_SKEW_MS = 1000 * Math.min(...thresholdsOf(clockSkewed.condition).map(({ value }) => value));

/** How far the clock of Redis is from ours, in milliseconds; above 0 it is ahead. */
export function clockCheck(skewMs: number): Check {
  const what = `its clock is ${skewMs} ms from ours`;
  const off = Math.abs(skewMs);
  if (off <= NOTED_MS) return { verdict: "ok", what };
  return { verdict: off > MAX_SKEW_MS ? "problem" : "note", what, fix: "synchronize both clocks (NTP)" };
}

import { ConfigError } from "../../errors";

/** One value a period, oldest first; null where the metric has none. */
export type Series = readonly (number | null)[];

/** What an expression gives: a series, one number for all periods, or a list of those. */
export type Value = number | Series | List;

export interface List {
  readonly items: readonly Value[];
}

export const isNumber = (value: Value): value is number => typeof value === "number";

export const isList = (value: Value): value is List => !isNumber(value) && "items" in value;

/** A number that can be a datapoint; dividing by zero drops it. */
export const datum = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** A number or a series; a list has no place in arithmetic. */
export function single(value: Value): number | Series {
  if (isNumber(value) || !isList(value)) return value;
  throw new ConfigError("metric math: a list stands where one series is needed");
}

/** A series; throws ConfigError, with the function's name, for anything else. */
export function seriesFor(name: string, value: Value): Series {
  if (!isNumber(value) && !isList(value)) return value;
  throw new ConfigError(`metric math: ${name} needs a series`);
}

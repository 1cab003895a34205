import { ConfigError } from "../../errors";
import type { Expression } from "./expression";
import { isList, isNumber, type Series, seriesFor, single, type Value } from "./series";

type MathFunction = (
  args: readonly Expression[],
  value: (arg: Expression) => Value,
  starts: readonly number[],
) => Value;

/** A function of metric math; throws ConfigError for those that an alarm cannot use, or that are not built here. */
export function functionNamed(name: string): MathFunction {
  const found = FUNCTIONS.get(name);
  if (found === undefined) throw new ConfigError(`metric math: ${name}() is not evaluated here`);
  return found;
}

const FUNCTIONS: ReadonlyMap<string, MathFunction> = new Map([
  ["ABS", each("ABS", Math.abs)],
  ["CEIL", each("CEIL", Math.ceil)],
  ["FLOOR", each("FLOOR", Math.floor)],
  ["IF", choose],
  ["FILL", fill],
  ["TIME_SERIES", constant],
  ["SUM", across("SUM", (values) => values.reduce((sum, value) => sum + value, 0))],
  ["AVG", across("AVG", (values) => values.reduce((sum, value) => sum + value, 0) / values.length)],
  ["MIN", across("MIN", (values) => Math.min(...values))],
  ["MAX", across("MAX", (values) => Math.max(...values))],
  ["MINUTE", clock("MINUTE", (date) => date.getUTCMinutes())],
  ["HOUR", clock("HOUR", (date) => date.getUTCHours())],
  // 1 is Monday and 7 is Sunday.
  ["DAY", clock("DAY", (date) => date.getUTCDay() || 7)],
  ["DATE", clock("DATE", (date) => date.getUTCDate())],
  ["MONTH", clock("MONTH", (date) => date.getUTCMonth() + 1)],
  ["YEAR", clock("YEAR", (date) => date.getUTCFullYear())],
  ["EPOCH", clock("EPOCH", (date) => date.getTime() / 1000)],
]);

function argument(name: string, args: readonly Expression[], place: number): Expression {
  const found = args[place];
  if (found === undefined) throw new ConfigError(`metric math: ${name} lacks an argument`);
  return found;
}

/** Of one series, at the periods where it has a value. */
function each(name: string, step: (value: number) => number): MathFunction {
  return (args, value) => {
    const one = single(value(argument(name, args, 0)));
    return isNumber(one) ? step(one) : one.map((datapoint) => (datapoint === null ? null : step(datapoint)));
  };
}

/** Of several series, period by period; of one it would be a number over whatever range was fetched. */
function across(name: string, step: (values: number[]) => number): MathFunction {
  return (args, value, starts) => {
    const list = value(argument(name, args, 0));
    if (!isNumber(list) && isList(list)) {
      const all = list.items.map((one) => seriesFor(name, one));
      return starts.map((_, place) => {
        const values = all.flatMap((series) => series[place] ?? []);
        return values.length === 0 ? null : step(values);
      });
    }
    throw new ConfigError(
      `metric math: ${name}() of one series depends on how far CloudWatch looks back; give it a list`,
    );
  };
}

/** The time of each period that the series has a value for, in UTC. */
function clock(name: string, part: (date: Date) => number): MathFunction {
  return (args, value, starts) =>
    seriesFor(name, value(argument(name, args, 0))).map((one, place) =>
      one === null ? null : part(new Date((starts[place] ?? 0) * 1000)),
    );
}

/**
 * IF by period: no condition, no value. A branch that is a series and lacks the value gives 0, except the second one
 * beside a plain number, which gives none (worked examples of the guide).
 */
function choose(args: readonly Expression[], value: (arg: Expression) => Value, starts: readonly number[]): Value {
  const condition = single(value(argument("IF", args, 0)));
  const yes = single(value(argument("IF", args, 1)));
  const no = args[2] === undefined ? starts.map(() => null) : single(value(args[2]));
  if (isNumber(condition)) return condition === 0 ? no : yes;
  const lacking = isNumber(yes) || args[2] === undefined ? null : 0;
  return condition.map((one, place) => {
    if (one === null) return null;
    if (one !== 0) return isNumber(yes) ? yes : (yes[place] ?? 0);
    return isNumber(no) ? no : (no[place] ?? lacking);
  });
}

/** FILL by a number, by another series, or by the last value there was. */
function fill(args: readonly Expression[], value: (arg: Expression) => Value): Value {
  const series = seriesFor("FILL", value(argument("FILL", args, 0)));
  const by = argument("FILL", args, 1);
  if (by.kind === "word") {
    if (by.text === "REPEAT") return repeated(series);
    throw new ConfigError(`metric math: FILL(…, ${by.text}) is not evaluated here`);
  }
  const other = single(value(by));
  return series.map((one, place) => one ?? (isNumber(other) ? other : (other[place] ?? null)));
}

function repeated(series: Series): Series {
  let last: number | null = null;
  return series.map((one) => (last = one ?? last));
}

function constant(args: readonly Expression[], value: (arg: Expression) => Value, starts: readonly number[]): Value {
  const one = value(argument("TIME_SERIES", args, 0));
  if (isNumber(one)) return starts.map(() => one);
  throw new ConfigError("metric math: TIME_SERIES needs a number");
}

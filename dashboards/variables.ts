import type { ValidatedEnvironment } from "../lib/environment";
import { contractViolations } from "../lib/exporter";
import { ENVIRONMENT_DIMENSION, NAMESPACE } from "../lib/metric";
import { type Board, CHOSEN_SYMBOL } from "./board";

/** A variable as CloudWatch's dashboard body has it. */
export interface Variable {
  readonly type: "pattern";
  /** A regular expression; what it matches anywhere on the board gives way to the choice. */
  readonly pattern: string;
  readonly inputType: "select";
  readonly id: string;
  readonly label: string;
  readonly visible: true;
  readonly defaultValue: string;
  readonly values?: readonly { readonly value: string }[];
  readonly search?: string;
  readonly populateFrom?: string;
}

/** What can be chosen on top of a board: the environment, and on some a symbol. */
export function variablesOf(board: Board, environment: ValidatedEnvironment): readonly Variable[] {
  return [environmentVariable(environment), ...(board.choosesSymbol ? [symbolVariable(environment)] : [])];
}

/**
 * By pattern, since a property of that name is not where alarms, log groups and searches say whose they are: a board
 * that is half another environment's would be worse than none. To choose from is what publishes in account and region.
 */
function environmentVariable({ name }: ValidatedEnvironment): Variable {
  return {
    ...shown("environment", "Environment"),
    pattern: `\\b${name}\\b`,
    // Whatever an environment collects, each of its functions says this.
    search: `{${NAMESPACE},${ENVIRONMENT_DIMENSION}} MetricName="${contractViolations.name}"`,
    populateFrom: ENVIRONMENT_DIMENSION,
    defaultValue: name,
  };
}

/** By pattern, since the same dimension has to stay as it is on panels that show every symbol. */
function symbolVariable({ symbols }: ValidatedEnvironment): Variable {
  return {
    ...shown("symbol", "Symbol"),
    pattern: CHOSEN_SYMBOL,
    values: symbols.map((value) => ({ value })),
    defaultValue: symbols[0] ?? "",
  };
}

const shown = (id: string, label: string) =>
  ({ type: "pattern", inputType: "select", id, label, visible: true }) as const;

import { types } from "node:util";

import { toStderr, toStdout } from "./stdout";
import { withoutPasswords } from "./without-passwords";

/** How loud a line is, as contract and operators spell it. */
export type Level = "DEBUG" | "INFO" | "WARNING" | "ERROR";

/** What a line says besides its message: JSON values and errors, under names that Logs Insights finds. */
export type Fields = Readonly<Record<string, unknown>>;

/** Our own structured log: each call writes one JSON line, or none below the threshold. Never throws. */
export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warning(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

/** What all lines of a log have in common, and where they go. */
export interface LogOptions {
  readonly environment: string;
  readonly version: string;
  readonly threshold?: Level;
  readonly correlationId?: string;
  readonly write?: (text: string) => void;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** The name that our own lines go by. */
export const SERVICE_NAME = "quantum-watch";

const LOUDNESS: Readonly<Record<Level, number>> = { DEBUG: 0, INFO: 1, WARNING: 2, ERROR: 3 };

/** Causes told of one error; a chain can be a circle. */
const MAX_CAUSES = 5;

/** Makes a log; `process.stdout.write` is the way out, as Lambda wraps what goes through the console. */
export function makeLog(options: LogOptions): Log {
  const { environment, version, threshold = "INFO", correlationId, write = toTheLog, now = Date.now } = options;
  const at =
    (level: Level) =>
    (message: string, fields: Fields = {}) => {
      if (LOUDNESS[level] < LOUDNESS[threshold]) return;
      const head = {
        timestamp: new Date(now()).toISOString(),
        level,
        message,
        service_name: SERVICE_NAME,
        service_version: version,
        environment,
      };
      const known = correlationId === undefined ? fields : { correlation_id: correlationId, ...fields };
      write(`${withoutPasswords(lineOf(head, known))}\n`);
    };
  return { debug: at("DEBUG"), info: at("INFO"), warning: at("WARNING"), error: at("ERROR") };
}

function lineOf(head: object, fields: Fields): string {
  const renamed = Object.entries(fields).map(([name, value]) => [Object.hasOwn(head, name) ? `${name}_` : name, value]);
  try {
    return JSON.stringify({ ...head, ...Object.fromEntries(renamed) }, presentable);
  } catch (error) {
    return JSON.stringify({ ...head, fields: `no JSON: ${String(error)}` });
  }
}

/** A line with a field `_aws` would be read as metrics, so none may have one. */
function presentable(name: string, value: unknown): unknown {
  if (name === "_aws") return undefined;
  return isError(value) ? rendered(value, MAX_CAUSES) : value;
}

function rendered(error: Error, causes: number): object {
  const { name, message } = error;
  const cause = error.cause ?? ("errors" in error ? error.errors : undefined);
  if (cause === undefined || causes === 0) return { name, message };
  return { name, message, cause: isError(cause) ? rendered(cause, causes - 1) : cause };
}

/** Errors of Node's own are no instance of our Error where code runs in a context of its own. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** Where stdout is closed, a line is not lost: Lambda takes stderr into the same log. */
function toTheLog(text: string): void {
  void toStdout(text)
    .catch(() => toStderr(text))
    .catch(() => undefined);
}

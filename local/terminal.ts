import { styleText } from "node:util";

/** Colours on a terminal that wants them, plain text elsewhere. */
export interface Palette {
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
}

type Format = Parameters<typeof styleText>[0];

/** NO_COLOR and FORCE_COLOR are conventions that people set once for all programs. */
export function palette(isTerminal: boolean, env: NodeJS.ProcessEnv = process.env): Palette {
  const isColoured = env["NO_COLOR"] ? false : Boolean(env["FORCE_COLOR"]) || isTerminal;
  const style = (format: Format) => (text: string) =>
    isColoured ? styleText(format, text, { validateStream: false }) : text;
  return { good: style("green"), warn: style("yellow"), bad: style(["red", "bold"]), dim: style("dim") };
}

/** Text from outside with its control characters made visible, so that it cannot steer the terminal. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

import { styleText } from "node:util";

/** Colours on a terminal that wants them, plain text elsewhere. */
export interface Palette {
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
}

type Format = Parameters<typeof styleText>[0];

/** NO_COLOR and FORCE_COLOR (where 0 means never) are conventions that people set once for all programs. */
export function palette(isTerminal: boolean, env: NodeJS.ProcessEnv = process.env): Palette {
  const { NO_COLOR: never, FORCE_COLOR: forced, TERM: terminal } = env;
  const isWanted = forced ? !["0", "false"].includes(forced) : isTerminal && terminal !== "dumb";
  const isColoured = !never && isWanted;
  const style = (format: Format) => (text: string) =>
    isColoured ? styleText(format, text, { validateStream: false }) : text;
  return { good: style("green"), warn: style("yellow"), bad: style(["red", "bold"]), dim: style("dim") };
}

/**
 * Text from outside with its control characters made visible, so that it cannot steer the terminal. Escaped as JSON
 * does it: JSON text stays JSON text of the same value.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** A number with at most one decimal and no needless zero. */
export const format = (value: number): string => String(Math.round(value * 10) / 10);

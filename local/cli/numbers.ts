import { InvalidArgumentError } from "commander";

/** Reads an option that is a whole number from 0 to `most`. */
export function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${most}.`);
  };
}

/** Reads an option that is a number from 1 to `most`. */
export function factor(most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}(\.\d{1,10})?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`It must be a number from 1 to ${most}.`);
  };
}

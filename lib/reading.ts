/** A place where what was read is not what the contract promises. */
export interface ContractViolation {
  /** The Redis key (or other address) that was read. */
  readonly key: string;
  /** What was found there, in words; text from the source is cut and quoted by `quoted`. */
  readonly what: string;
}

/**
 * What reading one thing gave: a value, an honest "cannot be known now", or something that breaks the contract.
 * There is no default in place of a value.
 */
export type Reading<T> = { readonly known: T } | { readonly unknown: string } | { readonly broken: ContractViolation };

export const known = <T>(value: T): Reading<T> => ({ known: value });
export const unknown = (cause: string): Reading<never> => ({ unknown: cause });
export const broken = (key: string, what: string): Reading<never> => ({ broken: { key, what } });

/** Applies a step to a known value; unknown and broken stay what they are. */
export function ifKnown<T, U>(reading: Reading<T>, step: (value: T) => Reading<U>): Reading<U> {
  return "known" in reading ? step(reading.known) : reading;
}

/** Text from outside, quoted and cut, fit for a log line or a message. */
export function quoted(text: string, most = 64): string {
  return JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text);
}

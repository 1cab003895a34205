import type { CompleteEnvironment } from "./schema";

/** One function that collects: its name within the environment, and the families that it takes. */
export interface CollectFunction {
  readonly name: string;
  readonly collectors: CompleteEnvironment["collectors"];
  /** Which part of the harvest's symbols it reads, where several functions share them. */
  readonly part?: { readonly number: number; readonly of: number };
}

/** The functions of an environment; one takes everything unless they are split. */
export function functionsOf({ functions, collectors }: CompleteEnvironment): readonly CollectFunction[] {
  return functions ?? [{ name: "collect", collectors }];
}

/** A family whose reading can be shared. */
const SHARED = "harvest";

/** What a split leaves out or takes twice, a sentence each. */
export function impossibleFunctions({ functions = [], collectors }: CompleteEnvironment): string[] {
  const names = functions.map(({ name }) => name);
  const taken = functions.flatMap((one) => one.collectors);
  const twice = names.filter((name, place) => names.indexOf(name) !== place);
  return [
    ...twice.map((name) => `functions names ${name} twice`),
    ...collectors
      .filter((family) => functions.length > 0 && !taken.includes(family))
      .map((family) => `functions leaves ${family} to none, but collectors has it`),
    ...taken
      .filter((family) => !collectors.includes(family))
      .map((family) => `functions has ${family}, but collectors has not`),
    ...taken
      .filter((family, place) => taken.indexOf(family) !== place)
      .filter((family) => family !== SHARED || functions.every(({ part }) => part === undefined))
      .map((family) => `functions gives ${family} to two of them, and both would publish the same`),
    ...impossibleParts(functions),
  ];
}

/** Each part once, and all of them. */
function impossibleParts(functions: readonly CollectFunction[]): string[] {
  const sharing = functions.filter(({ collectors }) => collectors.includes(SHARED));
  const parts = sharing.flatMap(({ part }) => (part ? [part] : []));
  const [first] = parts;
  const strangers = functions.filter(({ part, collectors }) => part && !collectors.includes(SHARED));
  const shares = strangers.map(({ name }) => `functions gives ${name} a part, but only ${SHARED} can be shared`);
  if (first === undefined) return shares;
  const numbers = parts.map(({ number }) => number).toSorted((a, b) => a - b);
  const isWhole =
    parts.length === sharing.length &&
    parts.every(({ of }) => of === first.of) &&
    numbers.length === first.of &&
    numbers.every((number, place) => number === place + 1);
  const given = sharing.map(({ part }) => (part ? `${part.number}/${part.of}` : "the whole")).join(", ");
  return isWhole ? shares : [...shares, `functions shares ${SHARED} as ${given}: it takes each of the parts once`];
}

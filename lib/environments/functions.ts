import type { CompleteEnvironment } from "./schema";

/** One function that collects: its name within the environment, and the families that it takes. */
export interface CollectFunction {
  readonly name: string;
  readonly collectors: CompleteEnvironment["collectors"];
}

/** The functions of an environment; one takes everything unless they are split. */
export function functionsOf({ functions, collectors }: CompleteEnvironment): readonly CollectFunction[] {
  return functions ?? [{ name: "collect", collectors }];
}

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
      .map((family) => `functions gives ${family} to two of them, and both would publish the same`),
  ];
}

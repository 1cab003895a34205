declare const commands: {
  readonly list: readonly string[];
  exists(name: string): boolean;
  hasFlag(name: string, flag: string): boolean;
  getKeyIndexes(name: string, args: readonly string[]): readonly number[];
};
export default commands;

import { createRequire } from "node:module";

const load = createRequire(__filename);

/**
 * A module that only one command has use for, by its path from this folder, when that command runs: nobody waits for
 * those of the others, which take half a second together. `import()` would pass by the loader of the bin.
 */
export const lazily = (path: `../${string}`): unknown => load(path);

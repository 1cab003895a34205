import { basename, join } from "node:path";

import { type BuildOptions, buildSync } from "esbuild";

import { bundling } from "../cdk/bundling";

/** What the stack has esbuild do, for the Node that this runs on. */
export const asDeployed = {
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  mainFields: [...bundling.mainFields],
  external: [...bundling.external],
  supported: { ...bundling.supported },
  alias: { ...bundling.alias },
  logLevel: "error",
} as const satisfies BuildOptions;

/** Bundles an entry the way the stack does and gives the file's path. */
export function bundle(entry: string, folder: string): string {
  const outfile = join(folder, basename(entry).replace(/\.ts$/, ".cjs"));
  buildSync({ ...asDeployed, entryPoints: [entry], outfile });
  return outfile;
}

import { basename, join } from "node:path";

import { buildSync } from "esbuild";

import { bundling } from "../cdk/bundling";

/** Bundles an entry the way the stack does and gives the file's path. */
export function bundle(entry: string, folder: string): string {
  const outfile = join(folder, basename(entry).replace(/\.ts$/, ".cjs"));
  buildSync({
    entryPoints: [entry],
    outfile,
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
  });
  return outfile;
}

import { mkdtempSync } from "node:fs";
import { basename, join } from "node:path";

import { type BuildOptions, buildSync } from "esbuild";

import { type Bundling, bundling } from "../cdk/bundling";

/** What the stack has esbuild do, for the oldest Node that this runs on. */
export const asDeployed = buildOptions(bundling);

/** Bundles an entry the way a stack does, today's unless said otherwise, and gives the file's path. */
export function bundle(entry: string, folder: string, how = bundling): string {
  const outfile = join(mkdtempSync(join(folder, "bundle-")), basename(entry).replace(/\.ts$/, ".cjs"));
  buildSync({ ...buildOptions(how), entryPoints: [entry], outfile });
  return outfile;
}

function buildOptions({ mainFields, external, supported, alias }: Bundling) {
  return {
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    mainFields: [...mainFields],
    external: [...external],
    supported: { ...supported },
    alias: { ...alias },
    logLevel: "error",
  } as const satisfies BuildOptions;
}

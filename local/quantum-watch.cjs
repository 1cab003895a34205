#!/usr/bin/env node
// The bin: TypeScript is run as it stands, without a build step.
// oxlint-disable-next-line import/no-unassigned-import -- it registers the loader for what follows
require("tsx/cjs");
void require("./cli.ts").main(process.argv);

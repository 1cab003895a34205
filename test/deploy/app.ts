import { readFileSync } from "node:fs";

import { synthesize } from "../../cdk/synthesize";
import { type Settings, emulated } from "./environment";

const settings = JSON.parse(readFileSync(process.env["DEPLOY_SETTINGS"] ?? "", "utf8")) as Settings;

synthesize({ dev: emulated(settings) });

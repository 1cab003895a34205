import type { Environment } from "../lib/environment";
import { environments } from "../lib/environments";
import { ConfigError } from "../lib/errors";

/** What is written down of an environment, by its name, unchecked; throws ConfigError that lists those that there are. */
export function environmentData(name: string, all: Readonly<Record<string, Environment>> = environments): Environment {
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (found) return found;
  throw new ConfigError(`--env: ${JSON.stringify(name)} is not one of ${Object.keys(all).join(", ")}`);
}

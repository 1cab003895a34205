import type { Environment } from "../environment";
import { dev } from "./dev";
import { prod } from "./prod";
import { staging } from "./staging";

/** Every environment by the name it is deployed under. */
export const environments: Readonly<Record<string, Environment>> = { dev, staging, prod };

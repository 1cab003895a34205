import { App, Aspects } from "aws-cdk-lib";

import { type Environment, type ValidatedEnvironment, validateEnvironment } from "../lib/environment";
import { stackName } from "../lib/environments/names";
import { quietHoursOver } from "../lib/environments/quiet-hours";
import { madeUpRunbooks, OWN_RUNBOOKS } from "../lib/environments/runbooks";
import { ConfigError } from "../lib/errors";
import { EmulatorProfile } from "./emulator-profile";
import { TelemetryStack } from "./stacks/telemetry";

const DEFAULT_ENVIRONMENT = "dev";

/**
 * Writes the template of the environment that `-c env=NAME` names. Settings that cannot work end in one line on stderr
 * and exit code 1: what is wrong with them is in the sentence, and a stack trace would only hide it.
 */
export function synthesize(environments: Readonly<Record<string, Environment>>): void {
  const app = new App({ autoSynth: false });
  try {
    const environment = validateEnvironment(chosen(app, environments));
    new TelemetryStack(app, stackName(environment.name), environment);
    if (isForEmulator(app)) Aspects.of(app).add(new EmulatorProfile());
    app.synth();
    for (const sentence of remarksOn(environment)) process.stderr.write(`${environment.name}: ${sentence}\n`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** What can be deployed, and is hardly wanted. Not the CDK's warnings: --strict would refuse the environments as they are shipped. */
function remarksOn(environment: ValidatedEnvironment): string[] {
  const runbooks = environment.notify && madeUpRunbooks(environment);
  return [
    // The one word that depends on the day; the template never does.
    ...quietHoursOver(environment.quietHours, Date.now() / 1000),
    ...(runbooks === undefined ? [] : [`${runbooks}: ${OWN_RUNBOOKS}`]),
  ];
}

function chosen(app: App, environments: Readonly<Record<string, Environment>>): Environment | undefined {
  const name: unknown = app.node.tryGetContext("env") ?? DEFAULT_ENVIRONMENT;
  if (typeof name === "string" && Object.hasOwn(environments, name)) return environments[name];
  throw new ConfigError(`env is ${JSON.stringify(name)}, but only ${Object.keys(environments).join(", ")} are known`);
}

function isForEmulator(app: App): boolean {
  const target: unknown = app.node.tryGetContext("target") ?? "aws";
  if (target !== "aws" && target !== "emulator") {
    throw new ConfigError(`target is ${JSON.stringify(target)}, but only aws and emulator are known`);
  }
  return target === "emulator";
}

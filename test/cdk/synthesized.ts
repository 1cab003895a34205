import { join } from "node:path";

import { App } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";

import { context } from "../../cdk.json";
import { TelemetryStack } from "../../cdk/stacks/telemetry";
import { type Environment, validateEnvironment } from "../../lib/environment";

/** One resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

/** One folder a test process, written over each time: left to itself, every app would leave a folder of its own. */
export const OUT = join(__dirname, "../../cdk.out", `tests-${process.env["JEST_WORKER_ID"] ?? "1"}`);

/** The stack of an environment, in an app with its feature flags; its functions are not bundled. */
export function stackOf(environment: Environment): TelemetryStack {
  const app = new App({ outdir: OUT, context: { ...context, "aws:cdk:bundling-stacks": [] } });
  return new TelemetryStack(app, "Stack", validateEnvironment(environment));
}

/** The template of that stack. */
export function templateOf(environment: Environment): Template {
  return Template.fromStack(stackOf(environment));
}

/** The resources of a type, in the order of the template. */
export function resourcesOf(template: Template, type: string): Resource[] {
  return Object.values(template.findResources(type)) as Resource[];
}

/** The only resource of a type whose properties include these. */
export function theResource(template: Template, type: string, properties: object = {}): [id: string, Resource] {
  const found = Object.entries(template.findResources(type, { Properties: Match.objectLike(properties) }));
  if (found.length !== 1) throw new Error(`${found.length} resources of ${type} in place of one`);
  return found[0] as [string, Resource];
}

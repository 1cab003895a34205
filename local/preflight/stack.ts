import { DescribeStacksCommand, type Stack } from "@aws-sdk/client-cloudformation";

import type { ValidatedEnvironment } from "../../lib/environment";
import { stackName } from "../../lib/environments/names";
import type { Clients } from "./clients";
import { broken, type Finding, isAbsent, known } from "./finding";

/** What `cdk bootstrap` calls its stack, and the least that synthesized templates ask of it (their own rule). */
const TOOLKIT = "CDKToolkit";
const LEAST_BOOTSTRAP = 6;

/** A stack that was asked for and is not there. */
const UNMADE: ReadonlySet<string> = new Set(["REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"]);

/** Whether there is anything of a stack, so that its names are its own. */
export const isMade = (stack: Stack | undefined): boolean =>
  stack !== undefined && !UNMADE.has(stack.StackStatus ?? "");

/** A stack's description; undefined where there is none of that name. */
export async function stackCalled({ cloudformation }: Clients, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: name }));
    return stack;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Whether the account and the region are bootstrapped. */
export async function bootstrapFindings(
  clients: Clients,
  { account, region }: { readonly account: string; readonly region: string },
): Promise<Finding[]> {
  const fix = `npx cdk bootstrap aws://${account}/${region}`;
  const stack = await stackCalled(clients, TOOLKIT);
  if (stack === undefined) return [broken(`${region} of ${account} is not bootstrapped: no stack ${TOOLKIT}`, fix)];
  const version = stack.Outputs?.find(({ OutputKey: key }) => key === "BootstrapVersion")?.OutputValue;
  return Number(version) >= LEAST_BOOTSTRAP
    ? [known(`bootstrapped, version ${version}`)]
    : [broken(`bootstrapped with version ${version ?? "unknown"}, and ${LEAST_BOOTSTRAP} is the least`, fix)];
}

/** Nothing of it has ever worked, or it was to go: removing it loses nothing. The CDK itself removes the first two. */
const REMOVABLE: ReadonlySet<string> = new Set([
  "ROLLBACK_COMPLETE",
  "ROLLBACK_FAILED",
  "CREATE_FAILED",
  "DELETE_FAILED",
]);

/** What the environment's own stack is in the midst of. */
export function stackFindings({ name }: ValidatedEnvironment, stack: Stack | undefined): Finding[] {
  const called = stackName(name);
  const status = stack?.StackStatus;
  if (status === undefined) return [known(`${called} is not there yet: it will be made`)];
  if (stack?.EnableTerminationProtection === true && REMOVABLE.has(status)) {
    const next = UNMADE.has(status) ? "deploy" : "destroy";
    const fix = `aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${called} (and then npx cdk ${next} -c env=${name})`;
    return [broken(`${called}: ${status}, and protected, so that it cannot be removed and made anew`, fix)];
  }
  if (UNMADE.has(status)) return [known(`${called} was never made (${status}): cdk deploy makes it anew`)];
  if (status.endsWith("_IN_PROGRESS")) return [broken(`${called} is at work (${status})`, "wait for its end")];
  if (status.endsWith("_COMPLETE")) return [known(`${called} is there (${status}): it will be updated`)];
  return [broken(`${called}: ${status}`, wayOutOf(status, name))];
}

function wayOutOf(status: string, environment: string): string {
  if (REMOVABLE.has(status)) return `npx cdk destroy -c env=${environment}`;
  // After a deploy with --no-rollback: it stands half-way, and works.
  if (status === "UPDATE_FAILED") {
    return `npx cdk rollback -c env=${environment} (or npx cdk deploy -c env=${environment}, which asks whether to go back first)`;
  }
  if (status === "UPDATE_ROLLBACK_FAILED") {
    return `aws cloudformation continue-update-rollback --stack-name ${stackName(environment)}`;
  }
  return "look at its events in the console of CloudFormation";
}

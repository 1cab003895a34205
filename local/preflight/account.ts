import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { STSClient } from "@aws-sdk/client-sts";

import type { ValidatedEnvironment } from "../../lib/environment";
import type { Clients } from "./clients";
import { broken, type Finding, known } from "./finding";

/** Who asks and where; without an account there is nothing else to look at. */
export interface Identified {
  readonly findings: readonly Finding[];
  readonly account?: string;
}

/** Looks whether there are credentials, and whether they are of the account and the region that the environment names. */
export async function identified({ sts }: Clients, environment: ValidatedEnvironment): Promise<Identified> {
  const { account, name, region } = environment;
  const caller = await sts.send(new GetCallerIdentityCommand({})).catch((error: unknown) => error);
  if (caller instanceof Error || !isCaller(caller)) {
    const why = caller instanceof Error ? caller.message || caller.name : "nobody answered";
    const fix = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and log in (aws sso login)";
    return { findings: [broken(`no AWS credentials that work: ${why}`, fix)] };
  }
  const who = known(`credentials of ${caller.Arn ?? "somebody"}`);
  if (account !== undefined && account !== caller.Account) {
    const what = `these credentials are of account ${caller.Account}, but ${name} goes to ${account}`;
    return { findings: [who, broken(what, `take a profile of ${account}, or put ${caller.Account} into ${name}`)] };
  }
  return { findings: [who, known(`account ${caller.Account}`), await regionFinding(region)], account: caller.Account };
}

interface Caller {
  readonly Account: string;
  readonly Arn?: string;
}

function isCaller(answer: unknown): answer is Caller {
  return typeof answer === "object" && answer !== null && "Account" in answer && typeof answer.Account === "string";
}

/** The stack goes to its own region whatever the surroundings say; other commands, and the AWS CLI, go by those. */
async function regionFinding(region: string): Promise<Finding> {
  const surroundings = await new STSClient({}).config.region().catch(() => undefined);
  return surroundings === undefined || surroundings === region
    ? known(`region ${region}`)
    : broken(
        `AWS_REGION or the profile says ${surroundings}, and the stack goes to ${region}: silences and drills would look in the wrong place`,
        `export AWS_REGION=${region}`,
      );
}

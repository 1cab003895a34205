import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand } from "@aws-sdk/client-lambda";

import { reservedConcurrencyOf } from "../../lib/environments/concurrency";
import { collectName } from "../../lib/environments/names";
import type { Subject } from "./clients";
import { broken, type Finding, isAbsent, known, unknown } from "./finding";

/** What Lambda keeps back for functions without a reservation (Lambda guide, reserved concurrency). */
const KEPT_UNRESERVED = 100;
/** What an account has that is not new (Lambda quotas); a new one asks for that rather than for a few more. */
const USUAL_LIMIT = 1000;
/** Lambda's “Concurrent executions” (Service Quotas). */
const QUOTA = "--service-code lambda --quota-code L-B99A9384";

/** Whether the account has the executions that the stack's functions would set aside, besides those that they have. */
export async function concurrencyFindings(subject: Subject): Promise<Finding[]> {
  if (reservedConcurrencyOf(subject.environment).size === 0) return [];
  const more = await taken(subject);
  if (more === 0) return [known("reservedConcurrency: the functions have it already")];
  const { AccountLimit: account } = await subject.clients.lambda.send(new GetAccountSettingsCommand({}));
  const { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved } = account ?? {};
  if (limit === undefined || unreserved === undefined) {
    return [unknown("reservedConcurrency: Lambda tells no limit of this account", "aws lambda get-account-settings")];
  }
  const what = `reservedConcurrency: the functions take ${more} of ${unreserved} unreserved executions`;
  const missing = more + KEPT_UNRESERVED - unreserved;
  if (missing <= 0) return [known(what)];
  const wanted = Math.max(limit + missing, USUAL_LIMIT);
  return [
    broken(
      `${what}, of which Lambda keeps ${KEPT_UNRESERVED}`,
      `aws service-quotas request-service-quota-increase ${QUOTA} --desired-value ${wanted} (until it is granted: reservedConcurrency: "none")`,
    ),
  ];
}

/** What a deploy takes away. What a function gives back counts for nothing, as that may come after what others take. */
async function taken({ environment, clients, isDeployed }: Subject): Promise<number> {
  const each = Array.from(reservedConcurrencyOf(environment), async ([name, wanted]) => {
    const own = isDeployed === false ? 0 : await reservedBy(clients, collectName(environment.name, name));
    return Math.max(0, wanted - own);
  });
  return (await Promise.all(each)).reduce((sum, one) => sum + one, 0);
}

async function reservedBy({ lambda }: Subject["clients"], FunctionName: string): Promise<number> {
  try {
    const { ReservedConcurrentExecutions: own } = await lambda.send(
      new GetFunctionConcurrencyCommand({ FunctionName }),
    );
    return own ?? 0;
  } catch (error) {
    if (isAbsent(error)) return 0;
    throw error;
  }
}

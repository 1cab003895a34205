import type { Reply } from "./receivers/receiver";

/** What Lambda holds of an account. */
export interface HeldLambda {
  executions: { limit: number; unreserved: number };
  /** What functions have reserved, by their names; of others there is none. */
  reserved: Record<string, number | "nothing">;
  forbidden: string[];
}

const ACCOUNT = /^\/2016-08-19\/account-settings\/?$/;
const CONCURRENCY = /^\/2019-09-30\/functions\/([^/]+)\/concurrency$/;

/** The call that a path is, where Lambda has it: its protocol says so by method and path alone. */
export function lambdaCall(path: string): string | undefined {
  if (ACCOUNT.test(path)) return "GetAccountSettings";
  return CONCURRENCY.test(path) ? "GetFunctionConcurrency" : undefined;
}

/** What Lambda says to a call. */
export function lambdaReply(call: string, path: string, { executions, reserved, forbidden }: HeldLambda): Reply {
  if (forbidden.includes(call)) return refusal(403, "AccessDeniedException", `may not ${call}`);
  if (call === "GetAccountSettings") {
    const { limit, unreserved } = executions;
    return said({ AccountLimit: { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved } });
  }
  const own = reserved[CONCURRENCY.exec(path)?.[1] ?? ""];
  if (own === undefined) return refusal(404, "ResourceNotFoundException", "Function not found");
  return said(own === "nothing" ? {} : { ReservedConcurrentExecutions: own });
}

const JSON_TYPE = { "content-type": "application/json" };

const said = (body: object): Reply => ({ status: 200, body: JSON.stringify(body), headers: JSON_TYPE });

/** It names its errors in a header. */
const refusal = (status: number, type: string, message: string): Reply => ({
  status,
  body: JSON.stringify({ Message: message }),
  headers: { ...JSON_TYPE, "x-amzn-errortype": type },
});

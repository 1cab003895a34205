import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";

import { patience } from "../aws-client";
import { ConfigError } from "../errors";
import { memberOf } from "./member";

/** Where CloudWatch is asked from the command line; what is left out comes from the surroundings, as for any AWS tool. */
export interface CloudwatchPlace {
  /** Taken where neither AWS_REGION nor a profile names one. */
  readonly region: string;
  readonly endpoint?: string;
}

/** A person waits: three attempts are over in a few seconds. */
const MAX_ATTEMPTS = 3;
const ANSWER_MS = 5000;

/** A client for a person at the keyboard. */
export async function cloudwatchClient({ region, endpoint }: CloudwatchPlace): Promise<CloudWatchClient> {
  const options = { ...patience(MAX_ATTEMPTS, ANSWER_MS), ...(endpoint === undefined ? {} : { endpoint }) };
  const client = new CloudWatchClient(options);
  try {
    await client.config.region();
    return client;
  } catch {
    return new CloudWatchClient({ ...options, region });
  }
}

/** Does a call; what goes wrong with it becomes a ConfigError with a sentence for the person who asked. */
export async function asked<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new ConfigError(`${what}: ${whyNot(error)}`, { cause: error });
  }
}

/** Whether CloudWatch knows no such thing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && /NotFound/.test(error.name);
}

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  if (error.name === "CredentialsProviderError") {
    return "there are no AWS credentials; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
  }
  const status = memberOf(memberOf(error, "$metadata"), "httpStatusCode");
  if (status === undefined) return `CloudWatch could not be asked: ${reasonOf(error)}`;
  return `CloudWatch refused: ${error.name}${error.message === "" ? "" : `, ${error.message}`}`;
}

/** Some errors of connections have a code and no message. */
function reasonOf(error: Error): string {
  const code = memberOf(error, "code");
  return error.message || (typeof code === "string" ? code : error.name);
}

import type { Clock } from "../clock";
import { type Answer, deliver, type Verdict } from "../http";
import { JsonReader } from "../json-reader";
import { secretMember, type Secrets, withSecret } from "../secrets";

/** Slack's Web API; GovSlack has another host. */
export const SLACK_API = "https://slack.com/api";

export interface SlackApiOptions {
  readonly name: string;
  readonly secretArn: string;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly endpoint: string;
  readonly pace: () => Promise<void>;
  readonly attemptMs?: number;
}

interface Call<T> {
  readonly deadline: number;
  readonly read: (answer: JsonReader) => T;
  readonly recover?: () => Promise<T | undefined>;
  /** What counts as the result where the message that is meant cannot be changed any more. */
  readonly gone?: T;
}

/** Calls a method; throws DeliveryError. */
export type SlackApi = <T>(method: string, fields: Readonly<Record<string, unknown>>, call: Call<T>) => Promise<T>;

/** A page of a hundred messages, each as long as Slack lets one be that we post. */
const MAX_PAGE_BYTES = 4_000_000;
/** Errors of an answer with `ok: false` that say that Slack could not, not that we must not. */
const PASSING = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "ratelimited",
  "rate_limited",
]);
/** Errors of editing what somebody deleted, or what a workspace does not let be edited any more. */
const GONE = new Set(["message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"]);
/** Errors that a renewed token may mend. */
const UNAUTHORIZED = new Set(["invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"]);

/** The methods of the Web API, by a bot's token. */
export function slackApi(options: SlackApiOptions): SlackApi {
  const { name, secretArn, secrets, clock, endpoint, pace, attemptMs } = options;
  return (method, fields, { deadline, read, recover, gone }) =>
    withSecret(secrets, secretArn, async (secret) => {
      const { type, body } = encoded(method, fields);
      const headers = { authorization: `Bearer ${secretMember(secret, "token")}`, "content-type": type };
      const post = { to: `Slack (${name}, ${method})`, url: `${endpoint}/${method}`, headers, body };
      return deliver(post, {
        judge: (answer) => judge(answer, read, gone),
        clock,
        deadline,
        // Looking something up does not count as a message.
        ...(isWriting(method) ? { pace } : { maxAnswerBytes: MAX_PAGE_BYTES }),
        ...(recover === undefined ? {} : { recover }),
        ...(attemptMs === undefined ? {} : { attemptMs }),
      });
    });
}

const isWriting = (method: string): boolean => method.startsWith("chat.");

/** Slack takes JSON for methods that write; for those that read a form is what all of them take. */
function encoded(method: string, fields: Readonly<Record<string, unknown>>): { type: string; body: string } {
  if (isWriting(method)) return { type: "application/json; charset=utf-8", body: JSON.stringify(fields) };
  const pairs = Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]);
  return { type: "application/x-www-form-urlencoded", body: new URLSearchParams(pairs).toString() };
}

function judge<T>({ status, text }: Answer, read: (answer: JsonReader) => T, gone: T | undefined): Verdict<T> {
  if (status !== 200) return { never: `refused with ${status}`, isUnauthorized: status === 401 || status === 403 };
  const answer = jsonOf(text);
  if (answer === undefined) return { again: "its answer is no JSON", isUncertain: true };
  if (answer.at("ok") === true) return { taken: read(answer) };
  const error = answer.text("error") ?? "no reason";
  if (PASSING.has(error)) return { again: error, isUncertain: true };
  if (GONE.has(error) && gone !== undefined) return { taken: gone };
  return { never: `refused: ${error.slice(0, 64)}`, isUnauthorized: UNAUTHORIZED.has(error) };
}

function jsonOf(text: string): JsonReader | undefined {
  try {
    return new JsonReader(JSON.parse(text));
  } catch {
    return undefined;
  }
}

import { NotifyError } from "../errors";
import type { Clock } from "./clock";
import { memberOf } from "./member";

/** One POST, or a GET; `to` names the receiver in errors, as its address may be a secret. */
export interface Post {
  readonly to: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly method?: "GET";
  /** None of a GET. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export interface Answer {
  readonly status: number;
  /** Cut at the delivery's limit. */
  readonly text: string;
}

/** What an answer means: taken, not now, or never. A word or two say why; never what was sent. */
export type Verdict<T> =
  | { readonly taken: T }
  | { readonly again: string; readonly afterMs?: number; readonly isUncertain: boolean }
  | { readonly never: string; readonly isUnauthorized?: boolean };

/** A receiver did not take what was sent; holds neither address nor headers nor body. */
export class DeliveryError extends NotifyError {
  override readonly name = "DeliveryError";
  /** Sending it again may help. */
  readonly isRetryable: boolean;
  /** The receiver knows no such key or token. */
  readonly isUnauthorized: boolean;

  constructor(message: string, { isRetryable = false, isUnauthorized = false } = {}) {
    super(message);
    this.isRetryable = isRetryable;
    this.isUnauthorized = isUnauthorized;
  }
}

/** How something is delivered; times are the clock's. */
export interface Delivery<T> {
  readonly judge: (answer: Answer) => Verdict<T>;
  readonly clock: Clock;
  /** Nothing is begun after it. */
  readonly deadline: number;
  /** Lets a request pass when the receiver's rate allows it. */
  readonly pace?: () => Promise<void>;
  /** Asked before something is sent again that may have arrived: what came of it, where it did. */
  readonly recover?: () => Promise<T | undefined>;
  /** Milliseconds for one attempt. */
  readonly attemptMs?: number;
  /** Bytes of an answer that are read; 64 kB by default, as what is delivered is answered with a word or two. */
  readonly maxAnswerBytes?: number;
  readonly random?: () => number;
}

/** Slack and PagerDuty answer in tenths of a second; who takes longer than this will hardly answer. */
const ATTEMPT_MS = 5000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8000;
const MAX_ANSWER_BYTES = 65_536;

/** Sends until it is taken, refused for good, or the deadline does not allow another attempt. Throws DeliveryError. */
export async function deliver<T>(post: Post, delivery: Delivery<T>): Promise<T> {
  const { judge, clock, deadline, random = Math.random } = delivery;
  for (let attempt = 0; ; attempt++) {
    await delivery.pace?.();
    if (clock.now() > deadline) throw tooLate(post.to, "its turn came too late");
    const limitMs = Math.min(delivery.attemptMs ?? ATTEMPT_MS, deadline - clock.now());
    const answer = await answered(post, limitMs, delivery.maxAnswerBytes ?? MAX_ANSWER_BYTES);
    const verdict = "status" in answer ? judge(answer) : answer;
    if ("taken" in verdict) return verdict.taken;
    if ("never" in verdict) {
      throw new DeliveryError(`${post.to}: ${verdict.never}`, { isUnauthorized: verdict.isUnauthorized ?? false });
    }
    // Jitter keeps many senders from coming back all at once.
    const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.5 + random() / 2);
    const waitMs = Math.max(verdict.afterMs ?? 0, backoff);
    if (clock.now() + waitMs > deadline) throw tooLate(post.to, verdict.again);
    await clock.sleep(waitMs);
    const found = verdict.isUncertain ? await delivery.recover?.() : undefined;
    if (found !== undefined) return found;
  }
}

const tooLate = (to: string, why: string): DeliveryError =>
  new DeliveryError(`${to}: ${why}, and no time is left to try again`, { isRetryable: true });

async function answered(post: Post, limitMs: number, maxBytes: number): Promise<Answer | Verdict<never>> {
  const { url, headers, method = "POST" as const } = post;
  try {
    const body = post.body ?? null;
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(limitMs)));
    // A redirect would carry key and message to who knows where.
    const response = await fetch(url, { method, headers, body, signal, redirect: "manual" });
    const answer = { status: response.status, text: await textOf(response, maxBytes) };
    return limited(answer, response.headers.get("retry-after")) ?? answer;
  } catch (error) {
    return failed(error);
  }
}

/** What every receiver means by 429 and 5xx. */
function limited({ status }: Answer, retryAfter: string | null): Verdict<never> | undefined {
  if (status === 429) return { again: "429, over its rate", afterMs: afterMs(retryAfter), isUncertain: false };
  if (status >= 500 || status === 408) {
    return { again: `answered ${status}`, afterMs: afterMs(retryAfter), isUncertain: true };
  }
  return undefined;
}

/** Seconds or a date, as HTTP has it. */
function afterMs(retryAfter: string | null): number {
  if (retryAfter === null) return 0;
  const ms = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

/** Only the code is told: the messages of some errors quote the address. */
function failed(error: unknown): Verdict<never> {
  if (memberOf(error, "name") === "TimeoutError") return { again: "no answer in time", isUncertain: true };
  const told = memberOf(memberOf(error, "cause"), "code") ?? memberOf(error, "code");
  const code = typeof told === "string" ? told : "no connection";
  if (code === "ERR_INVALID_URL") return { never: "its address is no URL" };
  const isUncertain = !["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(code);
  return { again: code, isUncertain };
}

async function textOf(response: Response, maxBytes: number): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const chunks: Uint8Array[] = [];
  for (let bytes = 0; bytes < maxBytes;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks).toString();
    chunks.push(value);
    bytes += value.length;
  }
  await reader.cancel();
  return Buffer.concat(chunks).subarray(0, maxBytes).toString();
}

/** The judgement of a receiver whose status says it all: 2xx is taken. */
export function byStatus<T>(taken: T): (answer: Answer) => Verdict<T> {
  return ({ status }) => {
    if (status >= 200 && status < 300) return { taken };
    return { never: `refused with ${status}`, isUnauthorized: status === 401 || status === 403 };
  };
}

import type { Clock } from "../../../lib/notify/clock";
import { type Received, Receiver, type Reply } from "./receiver";
import { type FileReply, SlackFiles } from "./slack-files";
import { isHook, isPost, isUpdate } from "./slack-schema";

export interface SlackMessage {
  readonly ts: string;
  readonly threadTs?: string;
  readonly channel: string;
  readonly at: number;
  /** Grows with each edit. */
  readonly versions: SlackBody[];
}

export interface SlackBody {
  readonly channel?: string;
  readonly ts?: string;
  readonly thread_ts?: string;
  readonly text: string;
  readonly metadata?: object;
  readonly blocks: readonly Block[];
}

type Block =
  | { readonly type: "header"; readonly text: { readonly text: string } }
  | { readonly type: "rich_text"; readonly elements: readonly { readonly elements: readonly Element[] }[] };

type Element = { readonly type: string; readonly text?: string; readonly url?: string };

/** Slack takes a message a second in a channel, with room for bursts that it does not promise. */
const EVERY_MS = 1000;
/** And edits of a bot's, by the minute: its tier 3. */
const EDITS = 50;
const MINUTE_MS = 60_000;

/** A workspace with one bot and one incoming webhook: keeps what people would see. */
export class Slack extends Receiver {
  readonly messages: SlackMessage[] = [];
  /** What was wrong with requests that were refused. */
  readonly refusals: string[] = [];
  /** Requests that were over its rate. */
  limited = 0;
  token = "xoxb-token-of-the-bot";
  hookPath = "/hook/path-of-the-webhook";
  /** Methods that the bot may not use. */
  readonly forbidden = new Set<string>();

  readonly files = new SlackFiles({
    url: () => this.url,
    hasMessage: (ts) => this.seen.some((one) => one.ts === ts),
  });

  readonly #clock: Clock;
  #next = 1;
  #lastAt = 0;
  #editedAt: number[] = [];

  constructor(clock: Clock) {
    super((received) => this.#handle(received));
    this.#clock = clock;
  }

  /** Messages of the channel itself. */
  get seen(): SlackMessage[] {
    return this.messages.filter(({ threadTs }) => threadTs === undefined);
  }

  thread(ts: string): SlackMessage[] {
    return this.messages.filter(({ threadTs }) => threadTs === ts);
  }

  #handle(received: Received): Reply {
    if (received.path === this.hookPath) return this.#hook(received);
    if (received.path.startsWith("/hook/")) return { status: 404, body: "no_service" };
    if (received.path.startsWith("/upload/")) return this.#told(this.files.upload(received));
    const method = received.path.replace("/api/", "");
    if (received.headers.authorization !== `Bearer ${this.token}`) return refused("invalid_auth");
    if (this.forbidden.has(method)) return refused("missing_scope");
    switch (method) {
      case "chat.postMessage":
        return this.#post(received);
      case "chat.update":
        return this.#update(received);
      case "conversations.history":
      case "conversations.replies":
        return this.#look(received);
      case "files.getUploadURLExternal":
        return this.#told(this.files.addressFor(received));
      case "files.completeUploadExternal":
        return this.#told(this.files.complete(received));
      default:
        return refused("unknown_method");
    }
  }

  #hook({ body }: Received): Reply {
    const fields = JSON.parse(body) as SlackBody;
    if (!isHook(fields)) return this.#invalid(isHook.errors, { status: 400, body: "invalid_blocks" });
    if (this.#isTooSoon()) return this.#limit();
    this.#add("C0123456789", fields);
    return { status: 200, body: "ok" };
  }

  #post({ body, headers }: Received): Reply {
    if (!headers["content-type"]?.startsWith("application/json")) return refused("invalid_form_data");
    const fields = JSON.parse(body) as SlackBody;
    if (!isPost(fields)) return this.#invalid(isPost.errors, refused("invalid_blocks"));
    if (this.#isTooSoon()) return this.#limit();
    return taken(this.#add(fields.channel ?? "", fields));
  }

  #update({ body }: Received): Reply {
    const fields = JSON.parse(body) as SlackBody;
    if (!isUpdate(fields)) return this.#invalid(isUpdate.errors, refused("invalid_blocks"));
    const message = this.messages.find(({ ts }) => ts === fields.ts);
    if (message === undefined) return refused("message_not_found");
    if (this.#isEditedTooOften()) return this.#limit();
    message.versions.push(fields);
    return taken(message.ts);
  }

  /** Methods that read take forms. */
  #look({ body, headers, path }: Received): Reply {
    if (headers["content-type"] !== "application/x-www-form-urlencoded") return refused("invalid_arguments");
    const query = new URLSearchParams(body);
    const [thread, oldest] = [query.get("ts"), Number(query.get("oldest") ?? 0)];
    const isReplies = path.endsWith("replies");
    const found = this.messages.filter(({ threadTs, ts, at }) =>
      isReplies ? threadTs === thread || ts === thread : threadTs === undefined && at / 1000 > oldest,
    );
    const sorted = isReplies ? found : found.toReversed();
    const [from, limit] = [Number(query.get("cursor") ?? 0), Number(query.get("limit") ?? 100)];
    const messages = sorted.slice(from, from + limit).map(({ ts, versions }) => Object.assign({ ts }, versions.at(-1)));
    const next = from + limit < sorted.length ? String(from + limit) : "";
    return { status: 200, body: JSON.stringify({ ok: true, messages, response_metadata: { next_cursor: next } }) };
  }

  #add(channel: string, fields: SlackBody): string {
    const at = this.#clock.now();
    const ts = `${Math.floor(at / 1000)}.${String(this.#next++).padStart(6, "0")}`;
    const thread = fields.thread_ts === undefined ? {} : { threadTs: fields.thread_ts };
    this.messages.push({ ts, channel, at, versions: [fields], ...thread });
    return ts;
  }

  #isTooSoon(): boolean {
    const now = this.#clock.now();
    if (now - this.#lastAt < EVERY_MS) return true;
    this.#lastAt = now;
    return false;
  }

  #told({ reply, refusal }: FileReply): Reply {
    if (refusal !== undefined) this.refusals.push(refusal);
    return reply;
  }

  #isEditedTooOften(): boolean {
    const now = this.#clock.now();
    this.#editedAt = this.#editedAt.filter((at) => now - at < MINUTE_MS);
    if (this.#editedAt.length >= EDITS) return true;
    this.#editedAt.push(now);
    return false;
  }

  #limit(): Reply {
    this.limited += 1;
    return { status: 429, body: "", headers: { "retry-after": "1" } };
  }

  #invalid(errors: unknown, reply: Reply): Reply {
    this.refusals.push(JSON.stringify(errors));
    return reply;
  }
}

const taken = (ts: string): Reply => ({ status: 200, body: JSON.stringify({ ok: true, ts, channel: "C0123456789" }) });
const refused = (error: string): Reply => ({ status: 200, body: JSON.stringify({ ok: false, error }) });

/** What a person reads in a message: its headings, texts and links. */
export function textOf({ blocks: all }: SlackBody): string {
  return all
    .map((block) =>
      block.type === "header"
        ? block.text.text
        : block.elements.flatMap(({ elements }) => elements.map(({ text }) => text ?? "")).join(""),
    )
    .join("\n");
}

/** Addresses that a message leads to. */
export function linksOf({ blocks: all }: SlackBody): string[] {
  return all.flatMap((block) =>
    block.type === "header"
      ? []
      : block.elements.flatMap(({ elements }) => elements.flatMap(({ url }) => (url === undefined ? [] : [url]))),
  );
}

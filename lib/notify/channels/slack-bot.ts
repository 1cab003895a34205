import { createHash } from "node:crypto";

import type { Attachment, Channel, GroupTelling, Telling } from "../channel";
import { type Clock, pace } from "../clock";
import { DeliveryError } from "../http";
import type { JsonReader } from "../json-reader";
import type { Message } from "../message";
import type { Secrets } from "../secrets";
import type { Severity } from "../../rules/severity";
import { SLACK_API, slackApi, type SlackApi } from "./slack-api";
import { attachToThread } from "./slack-files";
import { renderSlack, renderSlackGroup, renderSlackLine } from "./slack-blocks";

export interface SlackBotOptions {
  readonly name: string;
  readonly severities: readonly Severity[];
  /** The channel's id, such as C0123456789; a name would be looked up, and can change. */
  readonly channel: string;
  /** Secret with the bot's token, alone or as `token`; rights chat:write and channels:history or groups:history, files:write. */
  readonly secretArn: string;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly endpoint?: string;
  readonly attemptMs?: number;
}

/** chat.postMessage takes one a second in a channel, chat.update 50 a minute. */
const EVERY_MS = 1200;
const EVENT_TYPE = "quantum_watch";
/** Clocks differ: what was posted is looked for from so long before. */
const SLACK_MS = 600_000;

/** One message an incident, edited in place, its history in its thread. What may have arrived is looked for first. */
export function slackBot(options: SlackBotOptions): Channel {
  const { name, severities, channel, clock, endpoint = SLACK_API } = options;
  const api = slackApi({ ...options, endpoint, pace: pace(clock, EVERY_MS) });
  return {
    name,
    severities,
    canEdit: true,
    show: ({ message, ...telling }: Telling) => shown(api, channel, sheetOf(message), telling, clock),
    showGroup: (telling: GroupTelling) => shown(api, channel, groupSheetOf(telling), telling, clock),
    attach: (attachment: Attachment) => attachToThread(api, { ...options, endpoint }, attachment),
  };
}

/** One message of the channel, and the line in its thread that goes with its latest version. */
interface Sheet {
  readonly mark: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds: it was not posted before. */
  readonly since: number;
  /** What happened; nothing where the message itself says all. */
  readonly line?: Message;
}

function sheetOf(message: Message): Sheet {
  const line = message.kind === "alarm" ? {} : { line: message };
  return { mark: markOf(message, "message"), body: renderSlack(message), since: message.incident.since, ...line };
}

function groupSheetOf({ id, messages, changed }: GroupTelling): Sheet {
  const line = changed === undefined ? {} : { line: changed };
  const since = Math.min(...messages.map(({ incident }) => incident.since));
  return { mark: id, body: renderSlackGroup(messages, changed), since, ...line };
}

type How = Pick<Telling, "handle" | "isUncertain" | "deadline">;

async function shown(api: SlackApi, channel: string, sheet: Sheet, how: How, clock: Clock): Promise<string> {
  const { handle } = how;
  const isEdited = handle !== undefined && (await edit(api, channel, handle, sheet, how));
  if (!isEdited) return posted(api, channel, sheet, how, clock);
  await note(api, channel, handle, sheet, how);
  return handle;
}

/** What was begun a few minutes ago is among the last messages, at one a second. */
const PAGE = 100;
const MOST_PAGES = 5;

/** What a message is found by again; short, as Slack shows it to apps of the channel. */
function markOf({ identity, incident, kind, repeat }: Message, part: "message" | "line"): string {
  const end = part === "line" ? `/${kind}${incident.until ?? repeat ?? ""}` : "";
  return createHash("sha256").update(`${identity}@${incident.since}${end}`).digest("hex").slice(0, 32);
}

const metadataOf = (mark: string): object => ({ event_type: EVENT_TYPE, event_payload: { mark } });

async function posted(api: SlackApi, channel: string, sheet: Sheet, how: How, clock: Clock): Promise<string> {
  const { deadline, isUncertain } = how;
  const { mark, body: rendered, since } = sheet;
  const oldest = String((Math.min(since, clock.now()) - SLACK_MS) / 1000);
  const recover = (): Promise<string | undefined> =>
    found(api, "conversations.history", { channel, oldest }, mark, deadline);
  const there = isUncertain ? await recover() : undefined;
  // It may be there as it was before.
  if (there !== undefined && (await edit(api, channel, there, sheet, how))) {
    await note(api, channel, there, sheet, how);
    return there;
  }
  const body = { channel, metadata: metadataOf(mark), ...rendered };
  return api("chat.postMessage", body, { deadline, recover, read: timestampOf });
}

/** False where the message is not there any more. */
async function edit(api: SlackApi, channel: string, ts: string, sheet: Sheet, { deadline }: How): Promise<boolean> {
  const fields = { channel, ts, metadata: metadataOf(sheet.mark), ...sheet.body };
  return api("chat.update", fields, { deadline, read: () => true, gone: false });
}

/** A line in the message's thread. */
async function note(api: SlackApi, channel: string, ts: string, { line }: Sheet, how: How): Promise<void> {
  if (line === undefined) return;
  const { deadline, isUncertain } = how;
  const mark = markOf(line, "line");
  const recover = (): Promise<string | undefined> =>
    found(api, "conversations.replies", { channel, ts }, mark, deadline);
  if (isUncertain && (await recover()) !== undefined) return;
  // A line in a thread reaches nobody who has not opened it, and whoever is reminded has not.
  const loud = line.kind === "reminder" ? { reply_broadcast: true } : {};
  const body = { channel, thread_ts: ts, metadata: metadataOf(mark), ...loud, ...renderSlackLine(line) };
  await api("chat.postMessage", body, { deadline, recover, read: timestampOf });
}

/** The time stamp of the message with a mark. Where Slack does not let us look, it counts as not there. */
async function found(
  api: SlackApi,
  method: "conversations.history" | "conversations.replies",
  where: Readonly<Record<string, string>>,
  mark: string,
  deadline: number,
): Promise<string | undefined> {
  let cursor = "";
  try {
    for (let page = 0; page < MOST_PAGES; page++) {
      const fields = { ...where, include_all_metadata: true, limit: PAGE, ...(cursor === "" ? {} : { cursor }) };
      const answer = await api(method, fields, { deadline, read: (each) => each });
      const ts = marked(answer, mark);
      cursor = answer.text("response_metadata", "next_cursor") ?? "";
      if (ts !== undefined || cursor === "") return ts;
    }
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.isRetryable) throw error;
  }
  return undefined;
}

/** Every message that was taken has one. */
const timestampOf = (answer: JsonReader): string => answer.text("ts") ?? "";

function marked(answer: JsonReader, mark: string): string | undefined {
  const index = answer
    .list("messages")
    .findIndex((_, place) => answer.text("messages", place, "metadata", "event_payload", "mark") === mark);
  return index < 0 ? undefined : answer.text("messages", index, "ts");
}

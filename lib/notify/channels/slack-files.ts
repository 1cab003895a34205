import type { Attachment } from "../channel";
import type { Clock } from "../clock";
import { byStatus, deliver, DeliveryError } from "../http";
import type { JsonReader } from "../json-reader";
import type { SlackApi } from "./slack-api";

/** Where a bot's files go, and who sends them. */
export interface FilePlace {
  readonly name: string;
  /** The channel's id. */
  readonly channel: string;
  readonly endpoint: string;
  readonly clock: Clock;
  readonly attemptMs?: number;
}

const FILE_NAME = "alarm.png";

/**
 * Uploads a picture into the thread of a message, as files.getUploadURLExternal and files.completeUploadExternal have it;
 * throws DeliveryError. It keeps to no pace: neither of them counts as a message, and no message is to wait for it.
 */
export async function attachToThread(api: SlackApi, place: FilePlace, attachment: Attachment): Promise<void> {
  const { name, channel, endpoint, clock, attemptMs } = place;
  const { handle, picture, title, deadline } = attachment;
  const fields = { filename: FILE_NAME, length: picture.byteLength, alt_txt: title };
  const { id, url } = await api("files.getUploadURLExternal", fields, { deadline, read: uploadOf });
  if (!isSlacks(url, endpoint))
    throw new DeliveryError(`Slack (${name}): it names an address for files that is not its own`);
  const post = {
    to: `Slack (${name}, upload)`,
    url,
    headers: { "content-type": "application/octet-stream" },
    body: picture,
  };
  await deliver(post, { judge: byStatus(true), clock, deadline, ...(attemptMs === undefined ? {} : { attemptMs }) });
  const files = JSON.stringify([{ id, title }]);
  await api(
    "files.completeUploadExternal",
    { files, channel_id: channel, thread_ts: handle },
    { deadline, read: () => true, recover: () => notAgain(name) },
  );
}

const uploadOf = (answer: JsonReader): { id: string; url: string } => ({
  id: answer.text("file_id") ?? "",
  url: answer.text("upload_url") ?? "",
});

/** The picture may stand there: none is better than two. */
async function notAgain(name: string): Promise<never> {
  throw new DeliveryError(`Slack (${name}): nobody knows whether the picture is there, and it is not sent again`);
}

const FILES_HOST = "files.slack.com";

/** Whether Slack takes files there: on its host for files, or where a test's receiver on this machine stands for it. */
function isSlacks(url: string, endpoint: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  const isTest = hostname === "127.0.0.1" && origin === new URL(endpoint).origin;
  return isTest || (protocol === "https:" && (hostname === FILES_HOST || hostname.endsWith(`.${FILES_HOST}`)));
}

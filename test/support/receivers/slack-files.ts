import type { Received, Reply } from "./receiver";
import { isComplete, isUploadAddress } from "./slack-schema";

/** A file that people see in a thread. */
export interface SlackFile {
  readonly id: string;
  readonly title: string;
  readonly threadTs: string;
  readonly bytes: Buffer;
}

/** What is answered, and what was wrong where something was. */
export interface FileReply {
  readonly reply: Reply;
  readonly refusal?: string;
}

interface Workspace {
  readonly url: () => string;
  readonly hasMessage: (ts: string) => boolean;
}

interface Upload {
  readonly length: number;
  bytes?: Buffer;
}

/** Files of a workspace: an address is asked for, the bytes are sent there, and only then they are put into a thread. */
export class SlackFiles {
  readonly seen: SlackFile[] = [];
  /** Where the bytes are to be sent instead. */
  elsewhere: string | undefined;

  readonly #workspace: Workspace;
  readonly #uploads = new Map<string, Upload>();
  #next = 1;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  addressFor({ headers, body }: Received): FileReply {
    const fields = formOf(headers, body);
    if (!isUploadAddress(fields)) return refused("invalid_arguments", isUploadAddress.errors);
    const id = `F${String(this.#next++).padStart(8, "0")}`;
    this.#uploads.set(id, { length: Number((fields as { length: string }).length) });
    return taken({
      upload_url: this.elsewhere ?? `${this.#workspace.url()}/upload/${id}?key=key-of-the-upload`,
      file_id: id,
    });
  }

  /** Whoever has the address may send; the token has no business there. */
  upload({ path, headers, bytes }: Received): FileReply {
    const [, id = "", key] = /^\/upload\/(\w+)\?key=(.+)$/.exec(path) ?? [];
    const upload = this.#uploads.get(id);
    if (upload === undefined || key !== "key-of-the-upload") return { reply: { status: 404, body: "" }, refusal: path };
    if (headers.authorization !== undefined) return { reply: { status: 400, body: "" }, refusal: "a token came along" };
    if (bytes.byteLength !== upload.length) return { reply: { status: 400, body: "" }, refusal: "of another length" };
    upload.bytes = bytes;
    return { reply: { status: 200, body: `OK - ${bytes.byteLength}` } };
  }

  complete({ headers, body }: Received): FileReply {
    const form = formOf(headers, body);
    const fields = { ...form, files: JSON.parse(form?.["files"] ?? "null") as unknown };
    if (!isComplete(fields)) return refused("invalid_arguments", isComplete.errors);
    const { files, thread_ts: threadTs } = fields as unknown as Completed;
    if (!this.#workspace.hasMessage(threadTs)) return refused("thread_not_found", threadTs);
    for (const { id, title } of files) {
      const bytes = this.#uploads.get(id)?.bytes;
      if (bytes === undefined) return refused("file_not_found", id);
      this.#uploads.delete(id);
      this.seen.push({ id, title, threadTs, bytes });
    }
    return taken({ files });
  }
}

interface Completed {
  readonly files: readonly { readonly id: string; readonly title: string }[];
  readonly thread_ts: string;
}

function formOf(headers: Received["headers"], body: string): Record<string, string> | undefined {
  if (headers["content-type"] !== "application/x-www-form-urlencoded") return undefined;
  return Object.fromEntries(new URLSearchParams(body));
}

const taken = (more: object): FileReply => ({ reply: { status: 200, body: JSON.stringify({ ok: true, ...more }) } });
const refused = (error: string, why: unknown): FileReply => ({
  reply: { status: 200, body: JSON.stringify({ ok: false, error }) },
  refusal: JSON.stringify(why),
});

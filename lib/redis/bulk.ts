import type { Redis } from "ioredis";

import { OversizedReply, textLimit } from "./oversized";
import { ReplyReader } from "./reply-reader";

/** A refusal or a value, as the client's own pipelines give them. */
export type Answer = readonly [refusal: Error | null, value?: unknown];

/** Stands for the reply to what was asked after a reply that was too large: it has to be asked again. */
export class NotAnswered extends Error {
  override readonly name = "NotAnswered";
}

const NOT_ANSWERED: Answer = [new NotAnswered("the connection was ended by a reply that is too large")];

/** Commands written at once, so that the server is at work while the next ones are being put together. */
const COMMANDS_A_WRITE = 500;

/** Whether a connection is open and waits for nothing, so that its socket can be lent. */
export function canAskInBulk(client: Redis): boolean {
  return client.status === "ready" && client.commandQueue.length === 0;
}

/**
 * Sends commands as the client's pipeline would, but reads no reply that costs more than it may; at a fraction of its
 * processor time and memory, as the client makes objects, promises and buffers by the dozen for each command. The
 * socket is lent for it, so nothing else may be asked of this client meanwhile. Where the connection is lost, that is
 * the last answer; after an OversizedReply the connection is ended, and what was asked later is NotAnswered; where what
 * comes is no reply, or more than was asked for, it is ended and this rejects. Refusals are answers.
 */
export function askInBulk({ stream }: Redis, commands: readonly (readonly string[])[]): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const answers: Answer[] = [];
    const reader = new ReplyReader(
      (reply) => answers.push(reply instanceof Error ? [reply] : [null, reply]),
      () => textLimit(commands[answers.length]),
    );
    const owners = stream.listeners("data") as ((chunk: Buffer) => void)[];
    const lost = (): void => resolve([...answers, [new Error("Connection is closed.")]]);
    const giveBack = (): void => {
      for (const owner of owners) stream.on("data", owner);
      stream.off("data", take);
      stream.off("close", lost);
    };
    const end = (error: unknown): void => {
      giveBack();
      stream.destroy();
      if (!(error instanceof OversizedReply)) return reject(error);
      const later = commands.slice(answers.length + 1);
      resolve([...answers, [error], ...later.map(() => NOT_ANSWERED)]);
    };
    const take = (chunk: Buffer): void => {
      try {
        reader.push(chunk);
      } catch (error) {
        // Thrown on, it would end the process: nobody stands between a socket and its listeners.
        return end(error);
      }
      if (answers.length < commands.length) return;
      if (answers.length > commands.length || !reader.isBetween) return end(new Error(UNASKED));
      giveBack();
      resolve(answers);
    };
    stream.on("data", take);
    stream.once("close", lost);
    for (const owner of owners) stream.off("data", owner);
    const encode = encoder();
    for (let from = 0; from < commands.length; from += COMMANDS_A_WRITE) {
      stream.write(
        commands
          .slice(from, from + COMMANDS_A_WRITE)
          .map((command) => encode(command))
          .join(""),
      );
    }
  });
}

const UNASKED = "Redis sent a reply that nobody asked for";

/**
 * Stands between a client and its socket, from the moment it is connected: the client throws where nobody can catch it
 * when a reply comes that it did not ask for, and keeps whatever is sent, however large. Either ends the connection.
 */
export function guardSocket(client: Redis): void {
  client.on("connect", () => {
    const { stream } = client;
    const owners = stream.listeners("data") as ((chunk: Buffer) => void)[];
    let whole = 0;
    const reader = new ReplyReader(() => {
      whole += 1;
    });
    const guard = (chunk: Buffer): void => {
      const asked = client.commandQueue.length;
      whole = 0;
      try {
        reader.push(chunk);
        if (whole > asked || (whole === asked && !reader.isBetween)) throw new Error(UNASKED);
      } catch (error) {
        stream.destroy(error as Error);
        return;
      }
      for (const owner of owners) owner.call(stream, chunk);
    };
    for (const owner of owners) stream.off("data", owner);
    stream.on("data", guard);
  });
}

/** What comes after a command's name and key is often the same again, and written out once. */
function encoder(): (command: readonly string[]) => string {
  let last: readonly string[] = [];
  let tail = "";
  return (command) => {
    const [name = "", key = ""] = command;
    if (command.length !== last.length || command.some((part, place) => place > 1 && part !== last[place])) {
      tail = command.slice(2).map(bulk).join("");
      last = command;
    }
    return `*${command.length}\r\n${bulk(name)}${command.length > 1 ? bulk(key) : ""}${tail}`;
  };
}

const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;

import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

import { patience } from "../aws-client";
import { NotifyError } from "../errors";
import type { Clock } from "./clock";
import { DeliveryError } from "./http";

/** Texts of secrets by their ARN. */
export interface Secrets {
  /** Throws NotifyError, without a word of what it holds. */
  get(arn: string): Promise<string>;
  /** The next `get` reads anew, unless what is kept is another text by now: of many who are refused at once, one reads. */
  forget(arn: string, text: string): void;
}

/** Read again after this, so that a rotated secret is taken up without a deploy. */
const KEPT_MS = 300_000;
const ANSWER_MS = 2000;

interface Kept {
  readonly text: Promise<string>;
  /** The same, as soon as it has come. */
  known?: string;
  readonly until: number;
}

/** Secrets of Secrets Manager, kept for five minutes. */
export function secretsManager(clock: Clock, client = new SecretsManagerClient(patience(2, ANSWER_MS))): Secrets {
  const kept = new Map<string, Kept>();
  return {
    async get(arn) {
      const found = kept.get(arn);
      if (found !== undefined && clock.now() < found.until) return found.text;
      const text = read(client, arn);
      const entry: Kept = { text, until: clock.now() + KEPT_MS };
      kept.set(arn, entry);
      // A failure is not kept.
      text.then((known) => (entry.known = known)).catch(() => kept.delete(arn));
      return text;
    },
    forget(arn, text) {
      if (kept.get(arn)?.known === text) kept.delete(arn);
    },
  };
}

async function read(client: SecretsManagerClient, arn: string): Promise<string> {
  try {
    const { SecretString: text = "" } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (text !== "") return text;
  } catch (error) {
    const name = error instanceof Error ? error.name : "an error";
    throw new NotifyError(`the secret ${arn} could not be read: ${name}`, { cause: error });
  }
  throw new NotifyError(`the secret ${arn} holds no text`);
}

/** Does something with a secret; where the receiver does not know it, reads it anew and does it once more. */
export async function withSecret<T>(secrets: Secrets, arn: string, use: (secret: string) => Promise<T>): Promise<T> {
  const secret = await secrets.get(arn);
  try {
    return await use(secret);
  } catch (error) {
    if (!(error instanceof DeliveryError) || !error.isUnauthorized) throw error;
    secrets.forget(arn, secret);
    const renewed = await secrets.get(arn);
    if (renewed === secret) throw error;
    return use(renewed);
  }
}

/** A member of a secret that is JSON, or all of one that is not. */
export function secretMember(secret: string, name: string): string {
  if (!secret.trimStart().startsWith("{")) return secret.trim();
  const data = parsed(secret);
  const value = data[name];
  if (typeof value !== "string" || value === "") throw new NotifyError(`the secret has no ${name}`);
  return value;
}

/** Without the parser's own message, which quotes the text. */
function parsed(secret: string): Record<string, unknown> {
  try {
    return JSON.parse(secret) as Record<string, unknown>;
  } catch {
    throw new NotifyError("the secret begins like JSON and is none");
  }
}

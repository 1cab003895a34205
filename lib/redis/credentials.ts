import { patience } from "../aws-client";
import { ConfigError } from "../errors";
import { iamToken } from "./iam-token";
import type { Authentication } from "./settings";

/** What a connection authenticates with; both undefined where the server asks for nothing. */
export interface Credentials {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** Secrets are read again after this, also where none was refused. */
const SECRET_KEPT_MS = 300_000;

/** A sample waits for less; what comes later is there for the next one. */
const LATE_MS = 5000;

/** Where the credentials of a connection come from. */
export interface CredentialsSource {
  /** Credentials for one connection. */
  get(): Promise<Credentials>;
  /** Called where Redis refused what was given: what is kept is forgotten. Whether something was that may have changed. */
  forget(): boolean;
}

/** What is not kept, so that there is nothing to forget. */
const anew = (get: () => Promise<Credentials>): CredentialsSource => ({ get, forget: () => false });

/** Gives the credentials for one connection; a token is signed anew, a secret is kept for five minutes at most. */
export function credentialsFor(authentication: Authentication, now: () => number): CredentialsSource {
  switch (authentication.kind) {
    case "none":
      return anew(async () => ({ username: undefined, password: undefined }));
    case "password":
      return anew(async () => ({ username: authentication.username, password: authentication.password }));
    case "iam":
      return anew(async () => ({
        username: authentication.username,
        password: iamToken(authentication, awsCredentials(process.env), new Date(now())),
      }));
    case "secret":
      return keptFor(SECRET_KEPT_MS, now, async () => secret(authentication.arn, authentication.username));
  }
}

function awsCredentials(env: NodeJS.ProcessEnv): {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
} {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new ConfigError("IAM authentication needs AWS credentials in the environment, as Lambda sets them");
  }
  return { accessKeyId, secretAccessKey, ...(token === undefined ? {} : { sessionToken: token }) };
}

function keptFor(ms: number, now: () => number, read: () => Promise<Credentials>): CredentialsSource {
  let kept: { value: Credentials; until: number; isOld: boolean } | undefined;
  return {
    async get() {
      if (kept === undefined || now() >= kept.until) kept = { value: await read(), until: now() + ms, isOld: false };
      else kept.isOld = true;
      return kept.value;
    },
    forget() {
      // What was read a moment ago and is refused all the same is no better read at once: the next sample does.
      const mayHaveChanged = kept?.isOld === true;
      kept = undefined;
      return mayHaveChanged;
    },
  };
}

async function secret(arn: string, username: string | undefined): Promise<Credentials> {
  // Loaded where it is needed only: it is not part of the bundle, Lambda's runtime brings it.
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient(patience(2, LATE_MS));
  try {
    const { SecretString: text = "" } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    return secretCredentials(text, username);
  } finally {
    client.destroy();
  }
}

/** Credentials from a secret's text: JSON with `username` and `password`, or the password itself. */
export function secretCredentials(text: string, username: string | undefined): Credentials {
  if (text === "") throw new ConfigError("the secret of the Redis user holds no text");
  if (!text.trimStart().startsWith("{")) return { username, password: text };
  const data = parsed(text);
  if (typeof data.password !== "string") throw new ConfigError("the secret of the Redis user has no password");
  return { username: typeof data.username === "string" ? data.username : username, password: data.password };
}

/** Without the parser's own message, which quotes the text. */
function parsed(text: string): { username?: unknown; password?: unknown } {
  try {
    return JSON.parse(text) as { username?: unknown; password?: unknown };
  } catch {
    throw new ConfigError("the secret of the Redis user begins like JSON and is none");
  }
}

import { DescribeSecretCommand, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";

import { type NamedSecret, secretsOf } from "../../lib/environments/secrets";
import { secretMember } from "../../lib/notify/secrets";
import { secretCredentials } from "../../lib/redis/credentials";
import type { Subject } from "./clients";
import { broken, type Finding, isAbsent, known, lookedAt } from "./finding";

/** Whether every secret is there, holds what is read of it, and can be decrypted; nothing of it is ever printed. */
export async function secretFindings(subject: Subject): Promise<Finding[]> {
  const secrets = secretsOf(subject.environment);
  const each = secrets.map((secret) => lookedAt(secret.setting, () => oneSecret(subject, secret)));
  return (await Promise.all(each)).flat();
}

async function oneSecret({ clients, environment }: Subject, secret: NamedSecret): Promise<Finding[]> {
  const { setting, arn, member } = secret;
  const name = arn.split(":").slice(6).join(":").slice(0, -7);
  try {
    const { KmsKeyId: key } = await clients.secrets.send(new DescribeSecretCommand({ SecretId: arn }));
    const { SecretString: text = "" } = await clients.secrets.send(new GetSecretValueCommand({ SecretId: arn }));
    const wrong = wrongWith(text, secret);
    if (wrong !== undefined) {
      const fix = `aws secretsmanager put-secret-value --secret-id ${name} --secret-string file://secret.json, which holds {"${member}": "…"}`;
      return [broken(`${setting}: the secret ${name} ${wrong}`, fix)];
    }
    return [keyFinding(secret, key, environment.secretsKeyArn) ?? known(`${setting}: ${name} holds its ${member}`)];
  } catch (error) {
    if (!isAbsent(error)) throw error;
    const fix = `aws secretsmanager create-secret --name ${name} --secret-string file://secret.json, which holds {"${member}": "…"}, and its ARN into ${setting}`;
    return [broken(`${setting}: there is no secret ${name} with this ARN`, fix)];
  }
}

/** Said without a word of what it holds. */
function wrongWith(text: string, { member, isJson }: NamedSecret): string | undefined {
  if (text === "") return "holds no text";
  if (isJson && !text.trimStart().startsWith("{")) return `is no JSON with a member ${member}`;
  try {
    const value = member === "password" ? secretCredentials(text, undefined).password : secretMember(text, member);
    return member !== "url" || isHttps(value ?? "") ? undefined : "holds no https address";
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^the secret (of the Redis user )?/, "") : "cannot be read";
  }
}

const isHttps = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === "https:";

const idOf = (arn: string | undefined): string | undefined => arn?.split("/").at(-1);

/** A key of one's own, unless the environment names it, lets no function of ours decrypt. */
function keyFinding(secret: NamedSecret, key: string | undefined, said: string | undefined): Finding | undefined {
  const isOwn = key !== undefined && !key.includes("alias/aws/secretsmanager");
  if (!isOwn || secret.reader === "deploy") return undefined;
  if (idOf(key) === idOf(said)) return undefined;
  return broken(
    `${secret.setting}: the secret is encrypted by ${key}, which no function may use`,
    "name that key in secretsKeyArn",
  );
}

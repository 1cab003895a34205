import { createVerify, X509Certificate } from "node:crypto";

import { NotifyError } from "../errors";
import { partitionOf } from "../partition";
import { type Json, JsonReader } from "./json-reader";

/** For a receiver of one's own that SNS posts to: nothing that is deployed here takes SNS over HTTP. */
export interface VerifyOptions {
  /** ARNs of the topics whose messages are taken. */
  readonly topics: readonly string[];
  /** Fetches a certificate's PEM text; asked for addresses of SNS only. */
  readonly certificate: (url: string) => Promise<string>;
  readonly now: () => number;
}

/** A message from SNS whose origin is certain. */
export interface VerifiedMessage {
  readonly type: MessageType;
  readonly topic: string;
  readonly id: string;
  readonly message: string;
  /** Where a subscription is confirmed. */
  readonly subscribeUrl?: string;
}

const TYPES = ["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"] as const;
type MessageType = (typeof TYPES)[number];

/** Members that are signed, in the order of their bytes, as SNS documents it. */
const SIGNED = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
} as const satisfies Record<MessageType, readonly string[]>;

const ALGORITHMS: Readonly<Record<string, string>> = { "1": "RSA-SHA1", "2": "RSA-SHA256" };
/** SNS tries a delivery over HTTP again for an hour at most; clocks differ. */
const MOST_AGE_MS = 3_900_000;
const MOST_AHEAD_MS = 300_000;
/** SNS's own name for a certificate: at its own hosts nobody else can put a file there. */
const PATH = /^\/SimpleNotificationService-[0-9a-f]+\.pem$/;
const TOPIC = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[\w-]{1,256}(?:\.fifo)?$/;

/**
 * Verifies a message that SNS posted over HTTP: its topic, its age, where its certificate comes from and its signature
 * (version 1 or 2). Throws NotifyError that says which of them is wrong.
 */
export async function verified(body: Json, options: VerifyOptions): Promise<VerifiedMessage> {
  const read = new JsonReader(body);
  const text = (name: string): string => read.text(name) ?? refuse(`it has no ${name}`);
  const type = TYPES.find((one) => one === read.text("Type")) ?? refuse("its type is none of SNS's");
  const topic = text("TopicArn");
  const region = TOPIC.exec(topic)?.[1];
  if (!options.topics.includes(topic) || region === undefined) refuse("it is of another topic");
  const age = options.now() - Date.parse(text("Timestamp"));
  if (!(age <= MOST_AGE_MS && age >= -MOST_AHEAD_MS)) refuse("it is not of now");
  const algorithm = ALGORITHMS[text("SignatureVersion")] ?? refuse("its signature is of another version");
  const pem = await options.certificate(certificateUrl(text("SigningCertURL"), region));
  const signed = SIGNED[type].flatMap((name) => (name === "Subject" && read.text(name) === undefined ? [] : [name]));
  const lines = signed.map((name) => `${name}\n${text(name)}\n`).join("");
  const key = certificateOf(pem, options.now()).publicKey;
  const isTrue = createVerify(algorithm).update(lines, "utf8").verify(key, text("Signature"), "base64");
  if (!isTrue) refuse("its signature is not SNS's");
  const subscribeUrl = read.text("SubscribeURL");
  const confirm =
    type === "SubscriptionConfirmation" && subscribeUrl !== undefined ? confirmation(subscribeUrl, region) : {};
  return { type, topic, id: text("MessageId"), message: text("Message"), ...confirm };
}

function refuse(why: string): never {
  throw new NotifyError(`a message is not taken for one of SNS: ${why}`);
}

/** An address of SNS itself, in the topic's region. */
function ofSns(text: string, region: string | undefined): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== "https:" || url.port !== "") return undefined;
  if (url.username !== "" || url.password !== "") return undefined;
  return url.hostname === `sns.${region}.${partitionOf(region ?? "").domain}` ? url : undefined;
}

function certificateUrl(text: string, region: string | undefined): string {
  const url = ofSns(text, region);
  if (url === undefined || !PATH.test(url.pathname) || url.search !== "") refuse("its certificate is not at SNS");
  return url.href;
}

function confirmation(text: string, region: string | undefined): { subscribeUrl: string } {
  return { subscribeUrl: (ofSns(text, region) ?? refuse("it is confirmed somewhere else")).href };
}

function certificateOf(pem: string, now: number): X509Certificate {
  const certificate = parsed(pem);
  const isValid = Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo);
  return isValid ? certificate : refuse("its certificate is not valid now");
}

function parsed(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    return refuse("its certificate cannot be read");
  }
}

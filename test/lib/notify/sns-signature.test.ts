import { createSign } from "node:crypto";

import { type VerifiedMessage, verified, type VerifyOptions } from "../../../lib/notify/sns-signature";
import { topicArn } from "../../support/alarm-messages";
import { keyAndCertificate } from "../../support/certificate";

const now = Date.parse("2026-03-01T12:00:00Z");
const DAY_MS = 86_400_000;
const CERTIFICATE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem";

const [sns, forger] = ["sns.amazonaws.com", "forger"].map((name) =>
  keyAndCertificate(name, now - DAY_MS, now + DAY_MS),
) as [ReturnType<typeof keyAndCertificate>, ReturnType<typeof keyAndCertificate>];

type Fields = Readonly<Record<string, string>>;

const notification: Fields = {
  Type: "Notification",
  MessageId: "m-1",
  TopicArn: topicArn("critical"),
  Message: '{"AlarmName":"prod-RedisDown"}',
  Timestamp: new Date(now).toISOString(),
  SignatureVersion: "2",
  SigningCertURL: CERTIFICATE,
};

const confirmation: Fields = {
  ...notification,
  Type: "SubscriptionConfirmation",
  Token: "t",
  SubscribeURL: "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t",
};

/** Signs as SNS documents it, written down here a second time. */
function signed(fields: Fields, { key } = sns): Fields {
  const names =
    fields["Type"] === "Notification"
      ? [
          "Message",
          "MessageId",
          ...(fields["Subject"] === undefined ? [] : ["Subject"]),
          "Timestamp",
          "TopicArn",
          "Type",
        ]
      : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
  const text = names.map((name) => `${name}\n${fields[name]}\n`).join("");
  const algorithm = fields["SignatureVersion"] === "1" ? "RSA-SHA1" : "RSA-SHA256";
  return { ...fields, Signature: createSign(algorithm).update(text).sign(key, "base64") };
}

const ofSns = async (): Promise<string> => sns.certificate;

function verify(fields: unknown, options: Partial<VerifyOptions> = {}): Promise<VerifiedMessage> {
  return verified(fields, { topics: [topicArn("critical")], certificate: ofSns, now: () => now, ...options });
}

test.each([
  ["version 2", notification],
  ["version 1", { ...notification, SignatureVersion: "1" }],
  ["a subject", { ...notification, Subject: 'ALARM: "x"' }],
])("a message with %s is taken", async (_, fields) => {
  const message = await verify(signed(fields));

  expect(message).toEqual({
    type: "Notification",
    topic: topicArn("critical"),
    id: "m-1",
    message: '{"AlarmName":"prod-RedisDown"}',
  });
});

test("a confirmation is taken, with the address at SNS where it is confirmed", async () => {
  const message = await verify(signed(confirmation));

  expect(message.subscribeUrl).toBe(confirmation["SubscribeURL"]);
});

test.each<[string, (fields: Fields) => Fields]>([
  ["message", (fields) => ({ ...fields, Message: "{}" })],
  ["id", (fields) => ({ ...fields, MessageId: "m-2" })],
  ["time", (fields) => ({ ...fields, Timestamp: new Date(now - 1000).toISOString() })],
  ["subject", (fields) => ({ ...fields, Subject: "x" })],
  ["type", (fields) => ({ ...confirmation, Signature: fields["Signature"] ?? "" })],
  ["version", (fields) => ({ ...fields, SignatureVersion: "1" })],
  ["signature", (fields) => ({ ...fields, Signature: "AAAA" })],
])("a message whose %s was changed after it was signed is refused", async (_, change) => {
  const verifying = verify(change(signed(notification)));

  await expect(verifying).rejects.toThrow("its signature is not SNS's");
});

test("a message that somebody else signed is refused", async () => {
  const verifying = verify(signed(notification, forger));

  await expect(verifying).rejects.toThrow("its signature is not SNS's");
});

test.each([
  "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0a.pem",
  "https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-0a.pem",
  "https://evil.example/SimpleNotificationService-0a.pem",
  "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a.pem",
  "https://sns.eu-central-1.amazonaws.com.cn/SimpleNotificationService-0a.pem",
  "https://bucket.s3.amazonaws.com/SimpleNotificationService-0a.pem",
  "https://sns.eu-central-1.amazonaws.com:8443/SimpleNotificationService-0a.pem",
  "https://evil.example@sns.eu-central-1.amazonaws.com/SimpleNotificationService-0a.pem",
  "https://sns.eu-central-1.amazonaws.com/other.pem",
  "https://sns.eu-central-1.amazonaws.com/?Action=X/SimpleNotificationService-0a.pem",
  "https://sns.eu-central-1.amazonaws.com@evil.example/SimpleNotificationService-0a.pem",
  "not an address",
])("a certificate at %s is not even asked for", async (url) => {
  const asked: string[] = [];
  const certificate = async (from: string): Promise<string> => {
    asked.push(from);
    return forger.certificate;
  };

  const verifying = verify(signed({ ...notification, SigningCertURL: url }, forger), { certificate });

  await expect(verifying).rejects.toThrow("its certificate is not at SNS");
  expect(asked).toEqual([]);
});

test.each([
  ["another topic", { ...notification, TopicArn: topicArn("other") }, "it is of another topic"],
  ["another kind", { ...notification, Type: "Other" }, "its type is none of SNS's"],
  ["another version", { ...notification, SignatureVersion: "3" }, "its signature is of another version"],
  ["a time long past", { ...notification, Timestamp: new Date(now - 4_000_000).toISOString() }, "it is not of now"],
  ["a time to come", { ...notification, Timestamp: new Date(now + 400_000).toISOString() }, "it is not of now"],
  ["no time", { ...notification, Timestamp: "soon" }, "it is not of now"],
  [
    "a confirmation somewhere else",
    { ...confirmation, SubscribeURL: "https://evil.example/?Action=ConfirmSubscription" },
    "it is confirmed somewhere else",
  ],
])("a message of %s is refused, however well it is signed", async (_, fields, why) => {
  const verifying = verify(signed(fields));

  await expect(verifying).rejects.toThrow(why);
});

test.each([
  ["not valid any more", () => now + 2 * DAY_MS],
  ["not valid yet", () => now - 2 * DAY_MS],
])("a certificate that is %s is refused", async (_, at) => {
  const fields = signed({ ...notification, Timestamp: new Date(at()).toISOString() });

  const verifying = verify(fields, { now: at });

  await expect(verifying).rejects.toThrow("its certificate is not valid now");
});

test.each([[null], ["text"], [[]], [{ ...notification, Message: 7 }], [{ Type: "Notification" }]])(
  "%j is no message of SNS",
  async (body) => {
    const verifying = verify(body);

    await expect(verifying).rejects.toThrow("a message is not taken for one of SNS");
  },
);

test("what is no certificate is refused", async () => {
  const verifying = verify(signed(notification), { certificate: async () => "<html>" });

  await expect(verifying).rejects.toThrow("its certificate cannot be read");
});

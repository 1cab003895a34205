import { createSign, generateKeyPairSync } from "node:crypto";

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OID = 0x06;
const UTF8 = 0x0c;
const UTC_TIME = 0x17;

/** Tag, length and contents as DER has them. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  const size = body.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");
/** sha256WithRSAEncryption, without parameters. */
const ALGORITHM = der(SEQUENCE, der(OID, bytes("2a864886f70d01010b")), bytes("0500"));
const COMMON_NAME = der(OID, bytes("550403"));

const time = (ms: number): Buffer =>
  der(UTC_TIME, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]/g, "").slice(2, 14)}Z`));

/** A key (PEM) and its self-signed certificate (PEM), valid between two times (epoch ms). */
export function keyAndCertificate(name: string, from: number, to: number): { key: string; certificate: string } {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const named = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8, Buffer.from(name)))));
  const validity = der(SEQUENCE, time(from), time(to));
  const spki = publicKey.export({ type: "spki", format: "der" });
  const body = der(SEQUENCE, der(INTEGER, bytes("01")), ALGORITHM, named, validity, named, spki);
  const signature = createSign("RSA-SHA256").update(body).sign(privateKey);
  const whole = der(SEQUENCE, body, ALGORITHM, der(BIT_STRING, bytes("00"), signature));
  const certificate = `-----BEGIN CERTIFICATE-----\n${whole.toString("base64")}\n-----END CERTIFICATE-----\n`;
  return { key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), certificate };
}

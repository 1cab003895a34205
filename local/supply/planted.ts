/** Secrets that nobody else has: where one turns up, something has carried it there. */
export const PLANTED = {
  redis: "planted-redis-7d1f0c",
  aws: "planted/aws/3b9e52",
  slack: "xoxb-111111111111-plantedslack4c8a",
} as const;

/** What secrets look like, whoever's they are; each pattern takes linear time. */
const LOOKS: readonly (readonly [string, RegExp])[] = [
  ["an AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a Slack token", /\bxox[abpr]-\d{8,16}-[0-9A-Za-z-]{8,80}/],
  ["a Slack webhook", /hooks\.slack\.com\/services\/T[0-9A-Z]{6,12}\/B[0-9A-Z]{6,12}\/[0-9A-Za-z]{16,32}/],
  ["a private key", /-----BEGIN (?:[A-Z]{1,10} )?PRIVATE KEY-----\s{0,4}[0-9A-Za-z+/]{16}/],
  ["a Redis URL with a password", /\brediss?:\/\/[^\s:@/"'`${}<>]{0,64}:[^\s@/"'`${}<>*]{4,128}@/],
];

/** Where a text has a planted secret in it, as it is or encoded, or something that looks like one; a sentence each. */
export function secretsIn(name: string, text: string): string[] {
  const planted = Object.entries(PLANTED).filter(([, secret]) => encodings(secret).some((one) => text.includes(one)));
  const looks = LOOKS.filter(([, look]) => look.test(text));
  return [
    ...planted.map(([kind]) => `${name} has the planted secret of ${kind} in it`),
    ...looks.map(([what]) => `${name} has what looks like ${what} in it`),
  ];
}

function encodings(secret: string): string[] {
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64").slice(0, -4)];
}

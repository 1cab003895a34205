import { validateEnvironment } from "../../../lib/environment";
import { secretsOf } from "../../../lib/environments/secrets";
import { paged, redisBySecret, unpaged } from "../../support/paged-environment";

const KEY = "arn:aws:kms:eu-central-1:222222222222:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
const withSecret = {
  ...unpaged,
  endpoints: { secretsmanager: "create" },
  redis: redisBySecret,
} as const;

test("every secret is known with what is read of it and by whom", () => {
  const secrets = secretsOf(validateEnvironment({ ...paged, ...withSecret, notify: paged.notify }));

  const told = secrets.map(({ setting, member, reader, isJson }) => [setting, member, reader, isJson]);

  expect(told).toEqual([
    ["redis.authentication", "password", "function", false],
    ["notify.pagerduty", "url", "deploy", true],
    ["notify.slack", "token", "function", false],
    ["notify.webhook", "key", "function", false],
    ["notify.heartbeat", "url", "function", false],
  ]);
});

test("an environment without secrets has none", () => {
  const secrets = secretsOf(validateEnvironment(unpaged));

  expect(secrets).toEqual([]);
});

test.each<[string, object, string]>([
  ["an alias", { ...paged, secretsKeyArn: KEY.replace(/key\/.*/, "alias/mine") }, "and not of an alias"],
  ["of another region", { ...paged, secretsKeyArn: KEY.replace("eu-central-1", "us-east-1") }, "is in us-east-1"],
  ["that opens nothing", { ...unpaged, secretsKeyArn: KEY }, "names a key, but no function reads a secret"],
])("a key %s cannot work, and a sentence says so", (_, environment, sentence) => {
  const validate = () => validateEnvironment(environment);

  expect(validate).toThrow("prod: secretsKeyArn");
  expect(validate).toThrow(sentence);
});

test.each([
  ["of a function that collects", withSecret],
  ["of those that tell", paged],
])("a key for the secrets %s is valid", (_, environment) => {
  const validate = () => validateEnvironment({ ...environment, secretsKeyArn: KEY });

  expect(validate).not.toThrow();
});

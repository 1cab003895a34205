import { type Environment, validateEnvironment } from "../../../lib/environment";
import { dev } from "../../support/example-environments";
import { equipped } from "../../support/equipped-environment";
import { secretArn } from "../../support/paged-environment";

const inChina = (arn: string): string => arn.replaceAll("eu-central-1", "cn-north-1");

function refusalOf(environment: unknown): string {
  try {
    validateEnvironment(environment);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

test.each(["us-iso-east-1", "us-isob-east-1", "eusc-de-east-1"])(
  "%s is refused, whose console and endpoints nobody here knows",
  (region) => {
    expect(refusalOf({ ...dev, region })).toBe(
      `dev: region is ${region}, whose console and endpoints are not known here: only aws, aws-cn and aws-us-gov are`,
    );
  },
);

test.each(["cn-north-1", "us-gov-east-1", "eu-central-1"])("%s is not", (region) => {
  expect(refusalOf({ ...dev, region })).toBe("");
});

describe("a secret or a key whose ARN is of another partition than the region is refused:", () => {
  const moved = JSON.parse(inChina(JSON.stringify(equipped))) as Environment;
  const rightful = JSON.parse(JSON.stringify(moved).replaceAll("arn:aws:", "arn:aws-cn:")) as typeof equipped;

  test("every one is named with its setting", () => {
    const refusal = refusalOf(moved);

    for (const setting of [
      "redis.authentication",
      "notify.pagerduty",
      "notify.slack",
      "notify.webhook",
      "notify.heartbeat",
      "secretsKeyArn",
    ]) {
      expect(refusal).toContain(`${setting} has an ARN of aws, but cn-north-1 is in aws-cn`);
    }
  });

  test("one alone is, too", () => {
    const webhook = { ...rightful.notify.webhook, secretArn: inChina(secretArn("webhook")) };

    expect(refusalOf({ ...rightful, notify: { ...rightful.notify, webhook } })).toBe(
      "prod: notify.webhook has an ARN of aws, but cn-north-1 is in aws-cn",
    );
  });

  test("and those of its own partition are taken", () => {
    expect(refusalOf(rightful)).toBe("");
  });

  test("Amazon Q is refused where there is none", () => {
    const { slack: _, webhook: __, heartbeat: ___, drill: ____, ...notify } = rightful.notify;
    const chatbot = { workspaceId: "T0123456789", channelId: "C0123456789" };

    expect(refusalOf({ ...rightful, notify: { ...notify, chatbot } })).toContain(
      "notify.chatbot is Amazon Q in chat applications, which aws-cn does not have: use slack",
    );
  });
});

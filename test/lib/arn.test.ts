import { nameIn } from "../../lib/arn";

test.each([
  ["plain", "plain"],
  ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:plain", "plain"],
  ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:with: colon", "with: colon"],
  ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm-mute-rule:prod-nightly", "prod-nightly"],
])("the name in %s is %s", (text, expected) => {
  const name = nameIn(text);

  expect(name).toBe(expected);
});

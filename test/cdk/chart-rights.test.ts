import { paged, secretArn } from "../support/paged-environment";
import { resourcesOf, templateOf } from "./synthesized";

test("only where Slack has its bot may the notifier draw charts", () => {
  const slack = { kind: "webhook", secretArn: secretArn("slack") } as const;
  const webhookOnly = templateOf({ ...paged, notify: { ...paged.notify, slack } });

  const policies = JSON.stringify(resourcesOf(webhookOnly, "AWS::IAM::Role"));

  expect(policies).toContain("cloudwatch:DescribeAlarms");
  expect(policies).not.toContain("cloudwatch:GetMetricWidgetImage");
});

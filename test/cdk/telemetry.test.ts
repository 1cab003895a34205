import { dashboardBody } from "../../dashboards/body";
import { quantumSafety } from "../../dashboards/quantum-safety";
import { validateEnvironment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { unpaged as prod } from "../support/paged-environment";
import { templateOf, theResource } from "./synthesized";
import { dev } from "../support/example-environments";

/** CloudFormation takes so many resources and bytes in one template. */
const MAX_RESOURCES = 500;
const MAX_BYTES = 1_000_000;

test.each(Object.values(environments))("the template of $name is within what CloudFormation takes", (environment) => {
  const template = templateOf(environment).toJSON() as { Resources: object };

  expect(Object.keys(template.Resources).length).toBeLessThan(MAX_RESOURCES);
  expect(Buffer.byteLength(JSON.stringify(template, undefined, 1))).toBeLessThan(MAX_BYTES);
});

test.each(Object.values(environments))(
  "every name that $name gives begins with it, so that environments share an account",
  (environment) => {
    const template = templateOf(environment);

    const named = [
      ["AWS::Lambda::Function", "FunctionName"],
      ["AWS::Scheduler::Schedule", "Name"],
      ["AWS::SNS::Topic", "TopicName"],
      ["AWS::CloudWatch::Alarm", "AlarmName"],
      ["AWS::CloudWatch::Dashboard", "DashboardName"],
    ] as const;
    for (const [type, property] of named) {
      const names = Object.values(template.findResources(type)).map(
        ({ Properties: properties }: { Properties?: Record<string, unknown> }) => properties?.[property],
      );
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(name).toMatch(new RegExp(`^${environment.name}-`));
    }
  },
);

test("a board stands in the template as it was drawn, over the log group of the function", () => {
  const [, logGroup] = theResource(templateOf(prod), "AWS::Logs::LogGroup");

  const [, dashboard] = theResource(templateOf(prod), "AWS::CloudWatch::Dashboard", {
    DashboardName: "prod-quantum-safety",
  });

  const drawn = dashboardBody(quantumSafety, {
    environment: validateEnvironment(prod),
    logGroups: [String(logGroup.Properties["LogGroupName"])],
    alarmArn: (name) => `arn:aws:cloudwatch:eu-central-1:222222222222:alarm:${name}`,
  });
  expect(JSON.parse(String(dashboard.Properties["DashboardBody"]))).toEqual(drawn);
});

test("a board of an open account refers to the account that it is deployed to", () => {
  const [, dashboard] = theResource(templateOf(dev), "AWS::CloudWatch::Dashboard", {
    DashboardName: "dev-quantum-safety",
  });

  const { "Fn::Join": joined } = dashboard.Properties["DashboardBody"] as { "Fn::Join": [string, unknown[]] };

  expect(joined[1]).toContainEqual({ Ref: "AWS::AccountId" });
});

test.each([
  ["SafetyBoard", "#dashboards/dashboard/prod-quantum-safety"],
  ["AlarmList", "#alarmsV2:?search=prod-"],
  ["CollectLog", "#logsV2:log-groups/log-group/$252Fquantum-watch$252Fprod$252Fcollect"],
  ["CollectFunction", "#/functions/prod-quantum-watch-collect"],
])("a deploy ends with a link: %s", (id, path) => {
  const outputs = templateOf(prod).findOutputs(id);

  const value = String(outputs[id]?.["Value"]);
  expect(new URL(value).host).toBe("eu-central-1.console.aws.amazon.com");
  expect(value.endsWith(path)).toBe(true);
});

test("a deploy ends with a link to each of its boards", () => {
  const template = templateOf({ ...prod, collectors: ["safety", "redis", "streams", "harvest"] });

  const links = Object.entries(template.findOutputs("*")).filter(([id]) => id.endsWith("Board"));
  const paths = links.map(([id, output]) => [id, String((output as { Value: unknown }).Value).split("#")[1]]);

  expect(paths).toEqual([
    ["SafetyBoard", "dashboards/dashboard/prod-quantum-safety"],
    ["HarvestControlBoard", "dashboards/dashboard/prod-quantum-harvest-control"],
    ["RedisBoard", "dashboards/dashboard/prod-redis"],
  ]);
  template.resourceCountIs("AWS::CloudWatch::Dashboard", 3);
});

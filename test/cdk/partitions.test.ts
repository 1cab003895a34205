import type { Environment } from "../../lib/environment";
import { endpointService, partitionOf } from "../../lib/partition";
import { equipped } from "../support/equipped-environment";
import { resourcesOf, templateOf } from "./synthesized";

/** The same environment in another region, with everything that names one. */
function movedTo(region: string): Environment {
  const text = JSON.stringify(equipped)
    .replaceAll("eu-central-1", region)
    .replaceAll("arn:aws:", `arn:${partitionOf(region).name}:`);
  return JSON.parse(text) as Environment;
}

describe.each([
  ["cn-north-1", "aws-cn", /(?<!\.)\bamazonaws\.com(?!\.cn)|console\.aws\.amazon\.com/],
  ["us-gov-west-1", "aws-us-gov", /console\.aws\.amazon\.com|amazonaws\.com\.cn/],
] as const)("a stack in %s", (region, partition, foreign) => {
  const template = templateOf(movedTo(region));
  const text = JSON.stringify(template.toJSON());

  test(`has ARNs of ${partition} only`, () => {
    const partitions = [...text.matchAll(/arn:(aws[a-z-]*):/g)].map(([, one]) => one);

    expect(new Set(partitions)).toEqual(new Set([partition]));
  });

  test("links to the console of its partition, in outputs and in every alarm", () => {
    const outputs = Object.values(template.findOutputs("*")) as { readonly Value: string }[];
    const descriptions = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"]
      .flatMap((type) => resourcesOf(template, type))
      .map(({ Properties: { AlarmDescription } }) => String(AlarmDescription));

    const links = [...outputs.map(({ Value }) => Value), ...descriptions].join("\n").match(/https:\/\/\S+home\?\S+/g);

    expect(links?.length).toBeGreaterThan(outputs.length);
    for (const link of links ?? []) expect(new URL(link).host).not.toMatch(foreign);
  });

  test("reaches the services by the endpoints that are offered there", () => {
    const names = resourcesOf(template, "AWS::EC2::VPCEndpoint").map(({ Properties }) =>
      String(Properties["ServiceName"]),
    );

    expect(names.toSorted()).toEqual(
      ["monitoring", "secretsmanager"].map((service) => endpointService(region, service)).toSorted(),
    );
  });

  test("may decrypt its secrets by way of that region's Secrets Manager", () => {
    const { domain } = partitionOf(region);

    expect(text).toContain(`"secretsmanager.${region}.${domain}"`);
  });
});

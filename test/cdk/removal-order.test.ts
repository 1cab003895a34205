import type { Environment } from "../../lib/environment";
import { paged } from "../support/paged-environment";
import { resourcesOf, templateOf } from "./synthesized";

interface Waiting {
  readonly DependsOn?: readonly string[];
}

const split: Environment = {
  ...paged,
  functions: [
    { name: "safety", collectors: ["safety", "redis", "streams"] },
    { name: "harvest", collectors: ["harvest"] },
  ],
};

// Lambda removes the interfaces of a function by the function's role, and a group goes when nothing is in it any more.
test.each([
  ["one function", paged],
  ["two functions", split],
])("of %s that collects the group goes before the role, which gives back its interfaces", (_, environment) => {
  const template = templateOf(environment);
  const functions = resourcesOf(template, "AWS::Lambda::Function").filter(({ Properties: { VpcConfig: vpc } }) => vpc);

  const pairs = functions.map(({ Properties: { VpcConfig: vpc, Role: role } }) => {
    const [group = ""] = (vpc as { SecurityGroupIds: { "Fn::GetAtt": [string, string] }[] }).SecurityGroupIds.map(
      ({ "Fn::GetAtt": [id] }) => id,
    );
    return { group, role: (role as { "Fn::GetAtt": [string, string] })["Fn::GetAtt"][0] };
  });

  const groups = template.findResources("AWS::EC2::SecurityGroup") as Record<string, Waiting>;
  expect(pairs.length).toBeGreaterThan(0);
  for (const { group, role } of pairs) expect(groups[group]?.DependsOn).toContain(role);
});

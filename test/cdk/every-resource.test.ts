import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { ManagedPolicy, Policy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Queue } from "aws-cdk-lib/aws-sqs";

import type { Environment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { examples } from "../support/example-environments";
import { chatting, equipped } from "../support/equipped-environment";
import { OUT, templateOf } from "./synthesized";
import { EVERY_RESOURCE } from "./every-resource";
import { type Unbound, unboundIn } from "./unbound";

const all: readonly Environment[] = [
  ...[environments, examples].flatMap((some) => Object.values(some)),
  equipped,
  chatting,
];

const textOf = ({ of, sid, effect, actions, on, to = "", when = "" }: Unbound): string =>
  JSON.stringify({ of, sid, effect, actions, on, to, when });

const found = new Set(all.flatMap((environment) => unboundIn(templateOf(environment))).map(textOf));
const known = new Set(EVERY_RESOURCE.map(textOf));

test("a statement with a wildcard, in whatever policy of whatever environment, is one that has its reason here", () => {
  const unknown = [...found].filter((statement) => !known.has(statement));

  expect(unknown).toEqual([]);
});

test("a reason is of a statement that is there", () => {
  const unused = [...known].filter((statement) => !found.has(statement));

  expect(unused).toEqual([]);
  expect(known.size).toBe(EVERY_RESOURCE.length);
});

describe("a wildcard is seen", () => {
  const bound = { actions: ["dynamodb:GetItem"], resources: ["arn:aws:dynamodb:eu-central-1:222222222222:table/one"] };

  test.each<[string, object]>([
    ["for a resource", { ...bound, resources: ["*"] }],
    ["in a resource's ARN", { ...bound, resources: [...bound.resources, "arn:aws:dynamodb:*:222222222222:table/one"] }],
    ["for one letter of it", { ...bound, resources: ["arn:aws:dynamodb:eu-central-1:222222222222:table/on?"] }],
    ["in an action", { ...bound, actions: ["dynamodb:Get*"] }],
    ["as all actions but some", { notActions: bound.actions, resources: bound.resources }],
    ["as all resources but some", { actions: bound.actions, notResources: bound.resources }],
  ])("%s", (_, properties) => {
    const template = templateWith(new PolicyStatement({ sid: "Added", ...properties }));

    const seen = unboundIn(template);

    expect(seen.map(({ of, sid }) => [of, sid])).toEqual([
      ["AWS::IAM::Role Role", "Added"],
      ["AWS::IAM::Policy", "Added"],
      ["AWS::IAM::ManagedPolicy", "Added"],
      ["AWS::SQS::QueuePolicy", "Added"],
    ]);
  });

  test("and nothing else is", () => {
    const template = templateWith(new PolicyStatement({ sid: "Added", ...bound }));

    const seen = unboundIn(template);

    expect(seen).toEqual([]);
  });
});

/** With a statement in every kind of policy. */
function templateWith(statement: PolicyStatement): Template {
  const stack = new Stack(new App({ outdir: OUT }), "Stack");
  const role = new Role(stack, "Role", {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    inlinePolicies: { inline: new PolicyDocument({ statements: [statement] }) },
  });
  new Policy(stack, "Policy", { roles: [role], statements: [statement] });
  new ManagedPolicy(stack, "Managed", { statements: [statement] });
  const ofResource = statement.copy({ principals: [new ServicePrincipal("sns.amazonaws.com")] });
  new Queue(stack, "Queue").addToResourcePolicy(ofResource);
  return Template.fromStack(stack);
}

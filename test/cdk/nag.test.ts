import { Stage, Validations } from "aws-cdk-lib";
import { Policy, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { AwsSolutionsChecks } from "cdk-nag";
import type { IConstruct } from "constructs";

import type { Environment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { chatting } from "../support/equipped-environment";
import { dev, prod } from "../support/example-environments";
import { stackOf } from "./synthesized";

interface Finding {
  readonly rule: string;
  readonly path: string;
}

const all: readonly (readonly [string, Environment])[] = [...Object.entries(environments), ["another prod", chatting]];

/** Of the stack's app, with what was added to the stack. */
function treeOf(environment: Environment, add?: (stack: IConstruct) => void): IConstruct {
  const stack = stackOf(environment);
  add?.(stack);
  const { root } = stack.node;
  // Whatever is added at the end belongs to it.
  Stage.of(root)?.synth();
  return root;
}

/** What AwsSolutions finds, and with `isDeaf` also what was accepted. */
function findingsIn(tree: IConstruct, isDeaf = false): Finding[] {
  const pack = new AwsSolutionsChecks();
  if (isDeaf) Object.assign(pack, { isAcknowledged: () => false });
  const { violations } = pack.validateScope(tree);
  return violations.flatMap(({ ruleName: rule, violatingResources }) =>
    violatingResources.map(({ constructPath: path = "" }) => ({ rule, path })),
  );
}

function acceptedIn(tree: IConstruct): (Finding & { readonly reason: string })[] {
  return tree.node.findAll().flatMap((construct: IConstruct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) =>
        Object.entries(data as Record<string, unknown>).map(([id, reason]) => ({
          rule: id.replace(/^annotation::/i, ""),
          path: construct.node.path,
          reason: JSON.stringify(reason),
        })),
      ),
  );
}

describe.each(all)("%s", (_, environment) => {
  const tree = treeOf(environment);

  test("has no finding of AwsSolutions that is not accepted with a reason", () => {
    const findings = findingsIn(tree);

    expect(findings).toEqual([]);
  });

  test("accepts no finding that AwsSolutions does not have there", () => {
    const found = findingsIn(tree, true);

    const unused = acceptedIn(tree).filter(
      ({ rule, path }) => !found.some((one) => one.rule === rule && one.path.startsWith(`${path}/`)),
    );

    expect(found.length).toBeGreaterThan(0);
    expect(unused).toEqual([]);
  });

  test("says with each finding that it accepts why", () => {
    const reasons = acceptedIn(tree).map(({ reason }) => reason);

    for (const reason of reasons) expect(reason).toMatch(/\w+( [\w'-]+[,:;]?){5,}/);
  });
});

test("a finding that nobody accepted is seen", () => {
  const tree = treeOf(dev);

  const findings = findingsIn(tree, true);

  expect(findings).toContainEqual({ rule: "AwsSolutions-VPC7", path: "Stack/Network/Vpc/Resource" });
});

test("what is accepted is one finding on one role: neither another on it, nor the same one beside it", () => {
  const tree = treeOf(prod, (stack) => {
    const remind = stack.node.findChild("Notifier").node.findChild("Remind");
    const role = remind.node.findChild("Role") as Role;
    role.addToPolicy(new PolicyStatement({ actions: ["s3:*"], resources: ["*"] }));
    const beside = new PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] });
    new Policy(remind, "Beside", { roles: [role], statements: [beside] });
  });

  const findings = findingsIn(tree);

  expect(findings).toEqual([
    { rule: "AwsSolutions-IAM5[Action::s3:*]", path: "Stack/Notifier/Remind/Role/DefaultPolicy/Resource" },
    { rule: "AwsSolutions-IAM5[Resource::*]", path: "Stack/Notifier/Remind/Beside/Resource" },
  ]);
});

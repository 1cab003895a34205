import type { Template } from "aws-cdk-lib/assertions";

import type { Resource } from "./synthesized";

/** A statement of a policy that goes beyond what it names: by a wildcard, or by naming what it leaves out. */
export interface Unbound {
  /** The type of the resource that has it, and of a role its construct, too. */
  readonly of: string;
  /** Empty where it has none, as are those that the CDK writes. */
  readonly sid: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly on: readonly string[];
  /** Whom the policy of a resource lets in, or keeps out. */
  readonly to?: string;
  /** The condition, without spaces. */
  readonly when?: string;
}

/** As in a template; every kind of policy has the same statements. */
interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

const ROLE = "AWS::IAM::Role";

/**
 * The unbound statements of a template, wherever a resource has them; accounts, regions and environments are ACCOUNT,
 * REGION and ENV there, and whatever function collects is `collect`. Policies that AWS manages are not written in a
 * template: cdk-nag finds each by its name.
 */
export function unboundIn(template: Template): Unbound[] {
  const { Resources: resources } = template.toJSON() as { Resources: Record<string, Resource> };
  const collecting = collectorsIn(resources);
  return Object.entries(resources).flatMap(([id, { Type: type, Properties: properties }]) => {
    const role = collecting.has(id) ? "CollectRole" : id.replace(/[0-9A-F]{8}$/, "");
    return statementsIn(properties)
      .map((statement) => shown(statement, type === ROLE ? `${type} ${role}` : type, collecting.get(id)))
      .filter(({ actions, on }) => [...actions, ...on].some((one) => /[*?]|^all but /.test(one)));
  });
}

/** The names of the functions that collect, which are those in a network, by the ids of their roles. */
function collectorsIn(resources: Readonly<Record<string, Resource>>): ReadonlyMap<string, string> {
  const functions = Object.values(resources).filter(
    ({ Type: type, Properties: properties }) => type === "AWS::Lambda::Function" && "VpcConfig" in properties,
  );
  return new Map(
    functions.map(({ Properties: { FunctionName: name, Role: role } }) => [
      (role as { "Fn::GetAtt": [string] })["Fn::GetAtt"][0],
      String(name),
    ]),
  );
}

/** Trust policies have no resource, and are not looked for. */
function statementsIn(value: unknown): Statement[] {
  if (typeof value !== "object" || value === null) return [];
  if ("Effect" in value && ("Resource" in value || "NotResource" in value)) return [value as Statement];
  return Object.values(value).flatMap(statementsIn);
}

function shown(statement: Statement, of: string, collector?: string): Unbound {
  const { Sid: sid = "", Effect: effect, Principal: principal, Condition: condition } = statement;
  return {
    of,
    sid,
    effect,
    actions: [...each(statement.Action), ...each(statement.NotAction).map((one) => `all but ${one}`)],
    on: [...each(statement.Resource), ...each(statement.NotResource).map((one) => `all but ${one}`)],
    ...(principal === undefined ? {} : { to: textOf(principal) }),
    ...(condition === undefined ? {} : { when: textOf(condition, collector) }),
  };
}

const each = (value: unknown): string[] => (value === undefined ? [] : [value].flat().map((one) => textOf(one)));

function textOf(value: unknown, collector?: string): string {
  const plain = flattened(value);
  return (typeof plain === "string" ? plain : JSON.stringify(plain))
    .replaceAll(/AWS::AccountId|\b\d{12}\b/g, "ACCOUNT")
    .replaceAll(/(?<=:)[a-z]{2}(-[a-z]+)+-\d(?=:)/g, "REGION")
    .replaceAll(`:function:${collector}"`, ':function:ENV-quantum-watch-collect"')
    .replaceAll(/\b[a-z][a-z0-9-]*-quantum-watch/g, "ENV-quantum-watch");
}

/** With CloudFormation's functions as the text that they come to, and attributes of other resources by their name. */
function flattened(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(flattened);
  const [[key, argument] = [""]] = Object.entries(value) as [string, unknown?][];
  switch (key) {
    case "Ref":
      return argument;
    case "Fn::GetAtt":
      return `its ${(argument as string[])[1]}`;
    case "Fn::Join": {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(flattened).join(separator);
    }
    default:
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, flattened(one)]));
  }
}

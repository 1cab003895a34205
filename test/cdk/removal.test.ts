import type { Environment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { paged } from "../support/paged-environment";
import { resourcesOf, stackOf, templateOf, theResource } from "./synthesized";

/** What holds data, and would be kept or not by its own default. */
const HOLDING = ["AWS::Logs::LogGroup", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::SQS::Queue"];

const retained: Environment = { ...paged, removal: "retain" };
const all: readonly Environment[] = [...Object.values(environments), paged, retained];

const allOf = (environment: Environment) =>
  Object.values((templateOf(environment).toJSON() as { Resources: Record<string, Kept> }).Resources);

interface Kept {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

const isProtected = (environment: Environment): boolean => stackOf(environment).terminationProtection;

const goes = ({ removal = "destroy" }: Environment): boolean => removal === "destroy";

test.each(all.filter(goes))("of $name one command leaves nothing behind", (environment) => {
  const resources = allOf(environment);

  const kept = resources.filter(({ DeletionPolicy: policy = "Delete" }) => policy !== "Delete");
  const silent = resources.filter(
    ({ Type: type, DeletionPolicy: policy }) => HOLDING.includes(type) && policy === undefined,
  );

  expect({ kept, silent }).toEqual({ kept: [], silent: [] });
  expect(isProtected(environment)).toBe(false);
});

test.each(all.filter((one) => !goes(one)))(
  "of $name, which asks for it, what holds data is kept, and nothing else, and one is asked before the stack goes",
  (environment) => {
    const resources = allOf(environment);

    const kept = resources.filter(({ DeletionPolicy: policy }) => policy === "RetainExceptOnCreate");

    expect(kept).toEqual(resources.filter(({ Type: type }) => HOLDING.includes(type)));
    expect(kept.every(({ UpdateReplacePolicy: policy }) => policy === "Retain")).toBe(true);
    expect(isProtected(environment)).toBe(true);
  },
);

test("with everybody who can be told, there is something of each kind to keep", () => {
  const types = new Set(allOf(retained).map(({ Type: type }) => type));

  expect(HOLDING.filter((type) => !types.has(type))).toEqual([]);
});

test("every function writes to a log group of the stack, and may make none that would outlive it", () => {
  const template = templateOf(paged);

  const groups = resourcesOf(template, "AWS::Lambda::Function").map(
    ({ Properties: { LoggingConfig: logging } }) => (logging as { LogGroup: { Ref: string } }).LogGroup.Ref,
  );

  expect(groups).toHaveLength(4);
  expect(Object.keys(template.findResources("AWS::Logs::LogGroup"))).toEqual(expect.arrayContaining(groups));
  expect(JSON.stringify(resourcesOf(template, "AWS::IAM::Role"))).not.toContain("logs:CreateLogGroup");
});

test("the key goes as soon as KMS lets one go", () => {
  const [, key] = theResource(templateOf(paged), "AWS::KMS::Key");

  expect(key.Properties["PendingWindowInDays"]).toBe(7);
});

import type { Template } from "aws-cdk-lib/assertions";

import { type Environment, validateEnvironment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { type GivenNames, givenNames } from "../../local/preflight/names";
import { paged } from "../support/paged-environment";
import { type Resource, resourcesOf, stackOf, templateOf } from "./synthesized";

const all: [name: string, environment: Environment][] = [
  ...Object.entries(environments),
  ["production with every way of telling people", paged],
];

const ALARM = "AWS::CloudWatch::Alarm";
const COMPOSITE = "AWS::CloudWatch::CompositeAlarm";

/** The types whose names are given, and the property that holds one. */
const NAMED: readonly [kind: Exclude<keyof GivenNames, "composites">, property: string, types: readonly string[]][] = [
  ["alarms", "AlarmName", [ALARM, COMPOSITE]],
  ["dashboards", "DashboardName", ["AWS::CloudWatch::Dashboard"]],
  ["logGroups", "LogGroupName", ["AWS::Logs::LogGroup"]],
  ["tables", "TableName", ["AWS::DynamoDB::Table"]],
  ["queues", "QueueName", ["AWS::SQS::Queue"]],
];

const namesIn = (template: Template, property: string, types: readonly string[]): string[] =>
  types
    .flatMap((type) => resourcesOf(template, type))
    .map(({ Properties: properties }) => String(properties[property]));

describe.each(all)("what the doctor takes for the names of %s", (_, environment) => {
  const template = templateOf(environment);
  const given = givenNames(validateEnvironment(environment));

  test.each(NAMED)("are those of its template: %s", (kind, property, types) => {
    const names = namesIn(template, property, types);

    expect(given[kind].toSorted()).toEqual(names.toSorted());
  });

  test("counts its composite alarms", () => {
    const composites = resourcesOf(template, COMPOSITE);

    expect(given.composites).toBe(composites.length);
  });
});

const isKept = ({ DeletionPolicy: policy }: Resource): boolean => policy !== undefined && policy !== "Delete";

describe("where what holds data is kept", () => {
  const retained: Environment = { ...paged, removal: "retain" };
  const resources = Object.values((templateOf(retained).toJSON() as { Resources: Record<string, Resource> }).Resources);

  test("the doctor knows the name of everything that has one", () => {
    const { logGroups, tables, queues } = givenNames(validateEnvironment(retained));

    const names = resources.filter(isKept).flatMap(({ Properties: properties }) => {
      const own = Object.keys(properties).find((property) => property.endsWith("Name"));
      return own === undefined ? [] : [String(properties[own])];
    });

    expect(names.toSorted()).toEqual([...logGroups, ...tables, ...queues].toSorted());
  });

  test("the key loses its alias with the stack, and has the tags of the stack to be found by", () => {
    const alias = resources.filter(({ Type: type }) => type === "AWS::KMS::Alias");

    // CloudFormation gives a stack's tags to everything in it that takes any.
    const tags = stackOf(retained).tags.tagValues();

    expect(alias.map(isKept)).toEqual([false]);
    expect(tags).toEqual({ project: "quantum-watch", environment: "prod" });
  });
});

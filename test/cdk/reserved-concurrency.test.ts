import { type Environment, validateEnvironment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { reservedConcurrencyOf } from "../../lib/environments/concurrency";
import { collectName } from "../../lib/environments/names";
import { paged, unpaged } from "../support/paged-environment";
import { resourcesOf, templateOf } from "./synthesized";

const split: Environment = {
  ...paged,
  reservedConcurrency: 4,
  functions: [
    { name: "safety", collectors: ["safety", "redis"] },
    { name: "rest", collectors: ["harvest", "streams"] },
  ],
};

test.each<[string, Environment]>([
  ...Object.entries(environments),
  ["production with every way of telling people", paged],
  ["production with nobody who is told", unpaged],
  ["production split over functions", split],
  ["production that sets nothing aside", { ...paged, reservedConcurrency: "none" }],
])("the functions of %s take what is told of them, and no others take any", (_, environment) => {
  const functions = resourcesOf(templateOf(environment), "AWS::Lambda::Function");

  const taken = functions.flatMap(({ Properties: { FunctionName: name, ReservedConcurrentExecutions: own } }) =>
    own === undefined ? [] : [[name, own]],
  );

  const told = Array.from(reservedConcurrencyOf(validateEnvironment(environment)), ([name, own]) => [
    collectName(environment.name, name),
    own,
  ]);
  expect(new Map(told as [string, number][])).toEqual(new Map(taken as [string, number][]));
});

import { type Environment, validateEnvironment } from "../../lib/environment";
import { functionsOf } from "../../lib/environments/functions";
import { prod } from "../support/example-environments";

const both: Environment = { ...prod, collectors: ["safety", "harvest"], groups: [] };
const part = (number: number, of: number) => ({
  name: `harvest-${number}`,
  collectors: ["harvest" as const],
  part: { number, of },
});
const safety = { name: "safety", collectors: ["safety" as const] };
const whole = { name: "harvest-whole", collectors: ["harvest" as const] };

test("the harvest can be shared by several functions, beside one for everything else", () => {
  const validated = validateEnvironment({ ...both, functions: [safety, part(1, 3), part(3, 3), part(2, 3)] });

  expect(functionsOf(validated).map((one) => one.part?.number)).toEqual([undefined, 1, 3, 2]);
});

test("a function may take a part of the harvest and everything else", () => {
  const functions = [{ ...safety, collectors: ["safety", "harvest"] as const, part: { number: 1, of: 2 } }, part(2, 2)];

  expect(() => validateEnvironment({ ...both, functions })).not.toThrow();
});

test.each<[string, readonly object[], string]>([
  ["a part is left out", [safety, part(1, 2)], "functions shares harvest as 1/2: it takes each of the parts once"],
  [
    "a part is there twice",
    [safety, part(1, 2), { ...part(1, 2), name: "again" }],
    "functions shares harvest as 1/2, 1/2: it takes each of the parts once",
  ],
  [
    "parts are of different wholes",
    [safety, part(1, 2), part(2, 3)],
    "functions shares harvest as 1/2, 2/3: it takes each of the parts once",
  ],
  [
    "a part stands beside the whole",
    [safety, part(1, 2), part(2, 2), whole],
    "functions shares harvest as 1/2, 2/2, the whole: it takes each of the parts once",
  ],
  [
    "something else is shared",
    [{ ...safety, part: { number: 1, of: 2 } }, whole],
    "functions gives safety a part, but only harvest can be shared",
  ],
  [
    "the whole is taken twice",
    [safety, whole, { ...whole, name: "again" }],
    "functions gives harvest to two of them, and both would publish the same",
  ],
])("is refused where %s", (_, functions, sentence) => {
  expect(() => validateEnvironment({ ...both, functions })).toThrow(`prod: ${sentence}`);
});

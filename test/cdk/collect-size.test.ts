import { readConfig } from "../../lib/config";
import { type Environment, validateEnvironment } from "../../lib/environment";
import { unpaged as prod } from "../support/paged-environment";
import { resourcesOf, templateOf } from "./synthesized";

const looking = (mostSymbols: number): NonNullable<Environment["harvest"]> => ({ discovery: "on", mostSymbols });
const inParts = (of: number): NonNullable<Environment["functions"]> => [
  { name: "collect", collectors: ["safety", "redis", "streams"] },
  ...Array.from({ length: of }, (_, place) => ({
    name: `harvest-${place + 1}`,
    collectors: ["harvest" as const],
    part: { number: place + 1, of },
  })),
];

interface Sized {
  readonly memoryMb: unknown;
  readonly options: unknown;
  readonly mostSymbols: number;
}

function sizesOf(environment: Environment): Sized[] {
  return resourcesOf(templateOf(environment), "AWS::Lambda::Function").map(({ Properties: own }) => {
    const { Variables } = own["Environment"] as { Variables: Record<string, string> };
    const { mostSymbols } = readConfig({ ...Variables, AWS_REGION: "eu-central-1" }).harvest;
    return { memoryMb: own["MemorySize"], options: Variables["NODE_OPTIONS"], mostSymbols };
  });
}

const SMALLEST = "--max-semi-space-size=6 --max-old-space-size=90";

// Stands for a size that is deployed and was never measured: 10,000 symbols had 128 MB, and a sample took 4 s.
test.each<[string, Environment, Sized[]]>([
  ["a few symbols", prod, [{ memoryMb: 128, options: SMALLEST, mostSymbols: 10_000 }]],
  [
    "symbols that are looked for, as many as the smallest has time for",
    { ...prod, harvest: { discovery: "on" } },
    [{ memoryMb: 128, options: SMALLEST, mostSymbols: 2000 }],
  ],
  [
    "5000 symbols",
    { ...prod, harvest: looking(5000) },
    [{ memoryMb: 320, options: "--max-semi-space-size=15 --max-old-space-size=282", mostSymbols: 5000 }],
  ],
  [
    "10,000 symbols",
    { ...prod, harvest: looking(10_000) },
    [{ memoryMb: 640, options: "--max-semi-space-size=16 --max-old-space-size=602", mostSymbols: 10_000 }],
  ],
  [
    "18,000 symbols in three parts, which are not even, beside a function without any",
    { ...prod, harvest: looking(18_000), functions: inParts(3) },
    [
      { memoryMb: 128, options: SMALLEST, mostSymbols: 2000 },
      ...[1, 2, 3].map(() => ({
        memoryMb: 448,
        options: "--max-semi-space-size=16 --max-old-space-size=410",
        mostSymbols: 7000,
      })),
    ],
  ],
])("a function of %s has the memory, the heap and the limit for them", (_, environment, expected) => {
  expect(sizesOf(environment)).toEqual(expected);
});

test.each<[string, Environment, string]>([
  [
    "in one function",
    { ...prod, harvest: looking(10_001) },
    "prod: harvest.mostSymbols is 10001, of which collect would read 10001: one function reads at most 10000, so let more of them share the harvest in parts",
  ],
  [
    "in parts that are too few",
    { ...prod, harvest: looking(20_000), functions: inParts(2) },
    "harvest.mostSymbols is 20000, of which harvest-1 would read 10500: one function reads at most 10000",
  ],
])("more symbols than can be read are refused, %s", (_, environment, sentence) => {
  expect(() => validateEnvironment(environment)).toThrow(sentence);
});

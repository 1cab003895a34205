import { datapoints, datum, evaluate, file, LOUD, template } from "../support/alarm-files";
import { runCommand } from "../support/command";

jest.setTimeout(90_000);

const STACK = /\n\s+at |node:internal/;
const GOOD = datum(0, 1);
const UNRESOLVED = { ...LOUD, Properties: { ...LOUD.Properties, Threshold: { "Fn::If": ["a", 1, 2] } } };

describe("a mistake", () => {
  it.each([
    [[GOOD, "{t: 1}"], [], /datapoints\.jsonl, line 2: no JSON\n$/],
    [[GOOD, "", '{"t":1,"namespace":"a","name":"b"}'], [], /line 3: value is no number\n$/],
    [[datum(0, 1, { t: 1_700_000_040_000 })], [], /line 1: t is 1700000040000: epoch seconds, not milliseconds\n$/],
    [[datum(0, 1, { dimensions: { a: 1 } })], [], /line 1: dimensions have to be an object of texts\n$/],
    [[], [], /datapoints\.jsonl: holds no datapoint, so --start and --end have to be said\n$/],
    [[GOOD], ["--end", "5"], /the start, 1700000040, is after the end, 5\n$/],
    [[GOOD], ["--tick-offset", "60"], /It must be a whole number from 0 to 59\./],
  ])("in datapoints %j or options %j is told in a sentence", async (lines, options, says) => {
    const { code, stdout, stderr } = await evaluate(template({ Loud: LOUD }), datapoints(...lines), ...options);

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(STACK);
  });

  it.each([
    ["Resources:", /template\.json: no JSON: /],
    ["{}", /template: no CloudFormation template, it has no Resources\n$/],
    [JSON.stringify({ Resources: { X: UNRESOLVED } }), /template: X uses Fn::If, which is not resolved here\n$/],
  ])("in the template %s is told in a sentence", async (given, says) => {
    const { code, stdout, stderr } = await evaluate(file("template.json", given), datapoints(GOOD));

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(STACK);
  });

  it.each([
    [
      "a template that is not there",
      ["--template", "gone.json", "--datapoints", __filename],
      "gone.json: there is no such",
    ],
    ["datapoints that are a folder", ["--template", "T", "--datapoints", __dirname], `${__dirname}: it is a folder`],
    [
      "a template under a file",
      ["--template", `${__filename}/x`, "--datapoints", __filename],
      `${__filename}/x: what stands before its name is no folder`,
    ],
    [
      "datapoints with an endless name",
      ["--template", "T", "--datapoints", "d".repeat(300)],
      "ddd: its name is too long",
    ],
    ["no template", ["--datapoints", __filename], "required option '--template <file>' not specified"],
  ])("in the files is told in a sentence: %s", async (_, args, says) => {
    const given = template({ Loud: LOUD });

    const { code, stderr } = await runCommand([
      "alarms",
      "evaluate",
      ...args.map((one) => (one === "T" ? given : one)),
    ]);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(STACK);
  });

  it("is to be helped by --help", async () => {
    const { code, stdout } = await runCommand(["alarms", "evaluate", "--help"]);

    expect(code).toBe(0);
    for (const option of ["--template", "--datapoints", "--start", "--end", "--tick-offset", "--arrival-delay"]) {
      expect(stdout).toContain(option);
    }
  });
});

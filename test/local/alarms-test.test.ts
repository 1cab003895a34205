import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { testCommand } from "../../local/alarms/test";
import { file, folder } from "../support/alarm-files";
import { runCommand } from "../support/command";
import { elementsIn } from "../support/xml";

jest.setTimeout(90_000);

const STACK = /\n\s+at |node:internal/;
const GOOD = `- name: "it is <quiet> & stays so"
  rule: RedisDown
  series: { quantum_safety_redis_up: 1x7 }
  states: { 1m: OK }
`;
const BAD = `- name: it is called loud
  rule: RedisDown
  series: { quantum_safety_redis_up: 1x7 }
  states: { 1m: ALARM }
  pages: ["1m critical ALARM"]
`;
const run = (...args: string[]) => runCommand(["alarms", "test", ...args]);

describe("alarms test", () => {
  it("runs all vectors beside the rules, shows what they cover and is content", async () => {
    const { code, stdout } = await run();

    expect(code).toBe(0);
    expect(stdout).toMatch(/^RedisDown +\d+ +\d+ +\d+ +\d+ +-$/m);
    expect(stdout).toMatch(/\n(\d+) of \1 vectors pass\n$/);
  });

  it("tells of a vector that fails where it stands, what was expected and what came", async () => {
    const path = file("bad.yaml", GOOD + BAD);

    const { code, stdout } = await run(path);

    expect(code).toBe(1);
    expect(stdout).toContain(`FAIL ${path}:5: it is called loud\n`);
    expect(stdout).toContain(`${path}:8: RedisDown at 1m: expected ALARM, came OK (since 10s: Threshold Crossed: `);
    expect(stdout).toContain(`${path}:9: expected the page 1m critical ALARM RedisDown, which did not come\n`);
    expect(stdout).toMatch(/\n1 of 2 vectors pass\n$/);
  });

  it("asks for coverage only where all files are run", async () => {
    const { code, stdout } = await run(file("good.yaml", GOOD));

    expect(code).toBe(0);
    expect(stdout).not.toContain("has no vector");
  });

  it("names what no vector shows of a rule where all files are run", async () => {
    const beside = join(folder, "beside");
    mkdirSync(beside);
    writeFileSync(join(beside, "a.vectors.yaml"), GOOD);
    const told: string[] = [];

    const code = await testCommand([], { env: "prod", only: "RedisDown" }, (text) => told.push(text), beside);

    expect(code).toBe(1);
    expect(told.join("\n").split("\n").slice(-6, -2)).toEqual([
      "",
      "RedisDown has no vector in which it fires",
      "RedisDown has no vector in which it meets a gap and does what it declares",
      "RedisDown has no vector in which it recovers",
    ]);
  });

  it("runs one rule's vectors, and its coverage alone", async () => {
    const { code, stdout } = await run("--only", "LambdaFailing", "--json");

    const { vectors, coverage, lacks } = JSON.parse(stdout) as {
      vectors: { rule: string; failures: unknown[] }[];
      coverage: object;
      lacks: string[];
    };
    expect({ code, lacks }).toEqual({ code: 0, lacks: [] });
    expect(Object.keys(coverage)).toEqual(["LambdaFailing"]);
    expect(new Set(vectors.map(({ rule }) => rule))).toEqual(new Set(["LambdaFailing"]));
  });

  it("writes a JUnit report with a case a vector", async () => {
    const report = join(folder, "report.xml");
    const path = file("both.yaml", GOOD + BAD);

    await run(path, "--junit", report);

    const elements = elementsIn(readFileSync(report, "utf8"));
    const cases = elements.filter(({ name }) => name === "testcase");
    expect(cases.map(({ attributes }) => attributes["name"])).toEqual([
      "it is <quiet> & stays so",
      "it is called loud",
    ]);
    expect(elements.filter(({ name }) => name === "failure")).toHaveLength(1);
    expect(elements.find(({ name }) => name === "testsuite")?.attributes).toMatchObject({ tests: "2", failures: "1" });
  });

  it.each([
    ["a file that is not there", ["gone.yaml"], "gone.yaml: there is no such file"],
    ["a rule that is not there", ["--only", "Nobody"], '--only: there is no rule "Nobody" in prod'],
    ["an environment that is not there", ["--env", "moon"], '--env: "moon" is not one of dev, staging, prod'],
    ["a file under a file", [`${__filename}/x`], `${__filename}/x: what stands before its name is no folder`],
    ["mistakes in vectors", ["M"], ":1: a vector names a rule, or alarms: all\n"],
  ])("could not run with %s", async (_, args, says) => {
    const paths = new Map([
      ["G", file("good.yaml", GOOD)],
      ["M", file("mistaken.yaml", "- name: a")],
    ]);

    const { code, stderr } = await run(...args.map((one) => paths.get(one) ?? one));

    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(STACK);
  });

  it.each([
    [__dirname, "it is a folder"],
    [`${__filename}/x`, "what stands before its name is no folder"],
    [join(folder, "gone/report.xml"), "its folder is missing"],
  ])("tells the result before it finds that no report can be written to %s", async (report, says) => {
    const { code, stdout, stderr } = await run(file("good.yaml", GOOD), "--junit", report);

    expect(code).toBe(2);
    expect(stdout).toContain("1 of 1 vectors pass\n");
    expect(stderr).toBe(`quantum-watch: ${report}: ${says}\n`);
  });

  it("is to be helped by --help, with an example", async () => {
    const { code, stdout } = await run("--help");

    expect(code).toBe(0);
    for (const said of ["--env", "--only", "--junit", "--json", "Example: quantum-watch alarms test "]) {
      expect(stdout).toContain(said);
    }
  });
});

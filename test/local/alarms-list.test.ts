import { environmentNamed, knownRules } from "../../local/alarms/known-rules";
import { explainCommand } from "../../local/alarms/explain";
import { endCommands, runCommand } from "../support/command";

afterEach(endCommands);
describe("alarms list", () => {
  it("tells every alarm of an environment with its latency, from what is deployed", async () => {
    const { code, stdout } = await runCommand(["alarms", "list", "--env", "dev"]);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^dev-QuantumSafeModeActive +critical +keep +2 of 2 x 30 s +50\/78\/98 s /m);
  });

  it("gives machines each alarm's properties and the Prometheus rule that it mirrors", async () => {
    const { stdout } = await runCommand(["alarms", "list", "--env", "prod", "--json"]);

    const { alarms } = JSON.parse(stdout) as { alarms: { name: string }[] };
    expect(new Set(alarms.map(({ name }) => name)).size).toBe(alarms.length);
    expect(alarms.find(({ name }) => name === "prod-QuantumSafeModeActive")).toMatchObject({
      severity: "critical",
      type: "AWS::CloudWatch::Alarm",
      latency: { best: 50, median: 78, worst: 98 },
      properties: { Period: 30, EvaluationPeriods: 2, TreatMissingData: "ignore" },
      prometheus: { alert: "QuantumSafeModeActive", expr: "quantum_safety_safe_mode == 1", for: "1m" },
    });
    expect(alarms.find(({ name }) => name === "prod-QuantumPublishingStalled")).toMatchObject({
      type: "AWS::CloudWatch::CompositeAlarm",
    });
  });

  it("says which environments there are when it does not know one", async () => {
    const { code, stderr } = await runCommand(["alarms", "list", "--env", "constructor"]);

    expect(code).toBe(2);
    expect(stderr).toBe('quantum-watch: --env: "constructor" is not one of dev, staging, prod\n');
  });
});

describe("alarms explain", () => {
  it.each([["QuantumSafeModeActive"], ["prod-QuantumSafeModeActive"]])("tells %s in words", async (name) => {
    const { code, stdout } = await runCommand(["alarms", "explain", name]);

    expect(code).toBe(0);
    expect(stdout).toContain("Fires when quantum_safety_safe_mode is 1 for 1 minute (2 of 2 periods of 30 s).");
    expect(stdout).toContain("It acts 78 s after the fact as a rule, 50 s at best, 98 s at worst.");
    expect(stdout).toContain("aligns periods of 30 s: 78 s after the fact as a rule, 60 s at best, 98 s at worst.");
    expect(stdout).toContain("If it does not: 63 s after the fact as a rule, 50 s at best, 78 s at worst.");
    expect(stdout).toContain("Prometheus told 80 s after the fact as a rule, 65 s at best, 95 s at worst.");
    expect(stdout).toContain("In Prometheus: quantum_safety_safe_mode == 1 for 1m");
  });

  it("tells each wanted difference to Prometheus, and by how much", async () => {
    const { stdout } = await runCommand(["alarms", "explain", "QuantumPublishingStalled"]);

    expect(stdout).toContain("Different there: Without data it keeps its state");
    expect(stdout).toMatch(
      /^Different there: Five minutes are counted from the last intent\..* \(by 300 s at most\)$/m,
    );
  });

  it("knows every alarm that a rule becomes, and tells of that rule", async () => {
    const known = knownRules(environmentNamed("prod"));

    const told = known.flatMap(({ rule, alarms }) =>
      alarms.map(async ({ properties }) => {
        const lines: string[] = [];
        await explainCommand(properties.AlarmName, { env: "prod" }, (text) => lines.push(text));
        return [properties.AlarmName, lines.join().startsWith(`${rule.name} (`)];
      }),
    );

    const isRight = new Map((await Promise.all(told)) as [string, boolean][]);
    expect(isRight.get("prod-QuantumFaultSeen-condition")).toBe(true);
    expect([...isRight].filter(([, right]) => !right)).toEqual([]);
  });

  it("tells nothing of the other alarms of a rule that is split, where one is named", async () => {
    const { stdout } = await runCommand(["alarms", "explain", "prod-CollectorFailing-faults-condition"]);

    expect(stdout).toContain("\nAlarms: prod-CollectorFailing-faults-condition, prod-CollectorFailing-faults\n");
  });

  it("lists the rules when it does not know one", async () => {
    const { code, stderr } = await runCommand(["alarms", "explain", "QuantumSafeMode"]);

    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^quantum-watch: no rule or alarm "QuantumSafeMode" in prod; there are QuantumSafeModeActive, /,
    );
  });
});

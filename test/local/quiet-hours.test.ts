import { safeMode } from "../../lib/collectors/safe-mode";
import { exporterUp, redisUp } from "../../lib/exporter";
import { sample } from "../../lib/metric";
import { explainCommand } from "../../local/alarms/explain";
import { listCommand } from "../../local/alarms/list";
import { LiveAlarms } from "../../local/alarms/live";
import { palette } from "../../local/terminal";

// Environments of our own.
jest.mock("../../lib/environments", () => {
  const { dev } = jest.requireActual<typeof import("../support/example-environments")>(
    "../support/example-environments",
  );
  const release = {
    name: "release",
    cron: "5 12 * * SUN",
    duration: "30m",
    timezone: "UTC",
    why: "The weekly release.",
  };
  const quiet = {
    ...dev,
    name: "quiet",
    quietHours: [{ ...release, rules: ["QuantumSafeModeActive", "CollectorFailing"], until: "2027-01-03T00:00" }],
  };
  const over = {
    ...quiet,
    name: "over",
    quietHours: [{ ...release, rules: ["QuantumSafeModeActive"], until: "2023-05-01T00:00" }],
  };
  return { environments: { quiet, over } };
});

/** What a command prints. */
async function printed(command: (print: (text: string) => void) => Promise<number>): Promise<string> {
  const lines: string[] = [];
  await command((text) => lines.push(text));
  return lines.join("\n");
}

/** A Sunday. */
const NOON = Date.parse("2026-03-01T12:00:00Z") / 1000;
const WHEN = "cron(5 12 * * SUN) in UTC for 30m, until 2027-01-03T00:00";

describe("quiet hours", () => {
  it("stand after the table of alarms, with what is quiet and why", async () => {
    const table = await printed((print) => listCommand({ env: "quiet" }, print));

    expect(table.split("\n\n")[1]).toBe(
      [
        `quiet by quiet-release: ${WHEN} (The weekly release.)`,
        "  quiet-QuantumSafeModeActive",
        "  quiet-CollectorFailing-safe-mode",
        "  quiet-CollectorFailing-halts",
        "  quiet-CollectorFailing-faults",
        "  quiet-CollectorFailing-intents",
        "  quiet-CollectorFailing-rate-windows",
        "  quiet-CollectorFailing-harvest",
        "  quiet-CollectorFailing-redis-server",
        "  quiet-CollectorFailing-streams",
      ].join("\n"),
    );
  });

  it("that are over are said to be, last", async () => {
    const table = await printed((print) => listCommand({ env: "over" }, print));

    expect(table.split("\n\n").at(-1)).toBe(
      "quietHours.release is over, until 2023-05-01T00:00: it keeps nothing quiet any more",
    );
  });

  it("are told to machines with each alarm, and as they are deployed", async () => {
    const json = await printed((print) => listCommand({ env: "quiet", json: true }, print));

    const { alarms, muteRules } = JSON.parse(json) as {
      alarms: { name: string; quietBy: string[] }[];
      muteRules: object[];
    };
    const quietBy = new Map(alarms.map((one) => [one.name, one.quietBy]));
    expect(quietBy.get("quiet-QuantumSafeModeActive")).toEqual(["quiet-release"]);
    expect(quietBy.get("quiet-CollectorFailing-faults-condition")).toEqual([]);
    expect(quietBy.get("quiet-RedisDown")).toEqual([]);
    expect(muteRules).toMatchObject([{ Name: "quiet-release", Rule: { Schedule: { Duration: "PT30M" } } }]);
  });

  it.each([["QuantumSafeModeActive"], ["quiet-CollectorFailing-faults"]])("are explained with %s", async (name) => {
    const text = await printed((print) => explainCommand(name, { env: "quiet" }, print));

    expect(text).toContain(`Quiet hours quiet-release: ${WHEN}. The weekly release.`);
  });

  it("are no word of a rule that has none", async () => {
    const text = await printed((print) => explainCommand("RedisDown", { env: "quiet" }, print));

    expect(text).not.toContain("Quiet hours");
  });

  it("are told live, with an alarm and with its end", () => {
    const lines: string[] = [];
    const alarms = new LiveAlarms("quiet", NOON, (line) => lines.push(line.trim()), palette(false, {}));

    for (let second = 0; second <= 900; second += 15) {
      const at = new Date((NOON + second) * 1000);
      const on = second >= 600 && second < 720 ? 1 : 0;
      alarms.publish([sample(safeMode, on, at), sample(exporterUp, 1, at), sample(redisUp, 1, at)], NOON + second);
    }

    const quiet = "(critical, quiet by quiet-release until 2026-03-01 12:35 UTC)";
    expect(lines.filter((line) => line.includes("quiet-QuantumSafeModeActive"))).toEqual([
      expect.stringContaining(`ALARM quiet-QuantumSafeModeActive ${quiet}: SAFE MODE is on`),
      `over  quiet-QuantumSafeModeActive ${quiet}: it is over`,
    ]);
  });
});

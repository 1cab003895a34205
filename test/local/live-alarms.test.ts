import { safeMode } from "../../lib/collectors/safe-mode";
import { ConfigError } from "../../lib/errors";
import { exporterUp, redisUp } from "../../lib/exporter";
import { sample } from "../../lib/metric";
import { LiveAlarms } from "../../local/alarms/live";
import { palette } from "../../local/terminal";

const NOON = Date.parse("2026-03-01T12:00:00Z") / 1000;

/** What is told while samples come every 15 s and safe mode is what `isOn` says, seconds from the start. */
function told(environment: string, lengthSec: number, isOn: (second: number) => boolean): string[] {
  const lines: string[] = [];
  const alarms = new LiveAlarms(environment, NOON, (line) => lines.push(line.trim()), palette(false, {}));
  for (let second = 0; second < lengthSec; second += 15) {
    const at = new Date((NOON + second) * 1000);
    const on = isOn(second) ? 1 : 0;
    alarms.publish([sample(safeMode, on, at), sample(exporterUp, 1, at), sample(redisUp, 1, at)], NOON + second);
  }
  alarms.advance(NOON + lengthSec);
  return lines;
}

describe("alarms on a laptop", () => {
  it.each([["dev"], ["my-laptop"]])("tell of safe mode in %s, and that it is over", (environment) => {
    const lines = told(environment, 600, (second) => second >= 120 && second < 300);

    expect(lines.filter((_, place) => place % 2 === 0)).toEqual([
      `ALARM ${environment}-QuantumSafeModeActive (critical): SAFE MODE is on: the Core Safety Kernel blocks all trading`,
      `over  ${environment}-QuantumSafeModeActive (critical): it is over`,
    ]);
    expect(lines[1]).toMatch(/^Threshold Crossed: 2 out of the last 2 datapoints \[1\.0 /);
  });

  it("tell nothing of half a minute of safe mode", () => {
    expect(told("dev", 600, (second) => second >= 120 && second < 150)).toEqual([]);
  });

  it("cannot be made for a name that no environment may have", () => {
    expect(() => new LiveAlarms("Not A Name", NOON, () => {}, palette(false, {}))).toThrow(ConfigError);
  });
});

import { faultsLast1h } from "../../lib/collectors/faults";
import { safeMode } from "../../lib/collectors/safe-mode";
import { ConfigError } from "../../lib/errors";
import { exporterUp, redisUp } from "../../lib/exporter";
import { type Metric, sample } from "../../lib/metric";
import { LiveAlarms } from "../../local/alarms/live";
import { palette } from "../../local/terminal";

const NOON = Date.parse("2026-03-01T12:00:00Z") / 1000;

interface Heard {
  readonly lines: string[];
  readonly summary: string;
}

/** What is told while all is well and these values come every 15 s, by seconds from the start. */
function toldOf(environment: string, lengthSec: number, values: (second: number) => [Metric, number][]): Heard {
  const lines: string[] = [];
  const alarms = new LiveAlarms(environment, NOON, (line) => lines.push(line.trim()), palette(false, {}));
  for (let second = 0; second < lengthSec; second += 15) {
    const at = new Date((NOON + second) * 1000);
    const all: [Metric, number][] = [[exporterUp, 1], [redisUp, 1], ...values(second)];
    alarms.publish(
      all.map(([metric, value]) => sample(metric, value, at)),
      NOON + second,
    );
  }
  alarms.advance(NOON + lengthSec);
  return { lines, summary: alarms.summary() };
}

const told = (environment: string, lengthSec: number, isOn: (second: number) => boolean): string[] =>
  toldOf(environment, lengthSec, (second) => [[safeMode, isOn(second) ? 1 : 0]]).lines;

describe("alarms on a laptop", () => {
  it.each([["dev"], ["my-laptop"]])("tell of safe mode in %s, and that it is over", (environment) => {
    const lines = told(environment, 600, (second) => second >= 120 && second < 300);

    expect(lines).toEqual([
      `ALARM ${environment}-QuantumSafeModeActive (critical): SAFE MODE is on: the Core Safety Kernel is told to block all trading`,
      expect.stringMatching(/^Threshold Crossed: 2 out of the last 2 datapoints \[1\.0 /),
      `PAGE to ${environment}-quantum-watch-critical: ALARM ${environment}-QuantumSafeModeActive, SAFE MODE is on: the Core Safety Kernel is told to block all trading`,
      `over  ${environment}-QuantumSafeModeActive (critical): it is over`,
      expect.stringMatching(/^Threshold Crossed: 1 out of the last 2 datapoints \[0\.0 /),
      `PAGE to ${environment}-quantum-watch-critical: ${environment}-QuantumSafeModeActive is over`,
    ]);
  });

  it("tell nothing of half a minute of safe mode", () => {
    expect(told("dev", 600, (second) => second >= 120 && second < 150)).toEqual([]);
  });

  it("tell nobody of what another alarm keeps quiet before that one is over, and then in their own words", () => {
    const { lines, summary } = toldOf("dev", 600, (second) => [
      [safeMode, second >= 60 && second < 300 ? 1 : 0],
      [faultsLast1h, second >= 60 ? 1 : 0],
    ]);

    const place = (text: string): number => lines.findIndex((line) => line.startsWith(text));
    expect(lines.filter((line) => /^(PAGE|SLACK|E-MAIL) /.test(line))).toEqual([
      expect.stringMatching(/^PAGE to dev-quantum-watch-critical: ALARM dev-QuantumSafeModeActive, /),
      "PAGE to dev-quantum-watch-critical: dev-QuantumSafeModeActive is over",
      "E-MAIL to dev-quantum-watch-info: ALARM dev-QuantumFaultSeen, The circuit breaker has tripped in the last hour",
    ]);
    expect(place("ALARM dev-QuantumFaultSeen (info, tells nobody yet)")).toBeGreaterThan(-1);
    expect(place("ALARM dev-QuantumFaultSeen")).toBeLessThan(place("over  dev-QuantumSafeModeActive"));
    expect(summary).toMatch(/^told: 1 page, 1 e-mail, 1 recovery; besides \d+ OK of what nobody had been told of/);
  });

  it("say so in the summary when nobody was told", () => {
    expect(toldOf("dev", 300, () => []).summary).toMatch(/^told: nobody(;|$)/);
  });

  it("cannot be made for a name that no environment may have", () => {
    expect(() => new LiveAlarms("Not A Name", NOON, () => {}, palette(false, {}))).toThrow(ConfigError);
  });
});

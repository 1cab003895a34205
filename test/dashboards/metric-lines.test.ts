import { series } from "../../dashboards/board";
import { linesOf } from "../../dashboards/metric-lines";
import { validateEnvironment } from "../../lib/environment";
import { missingCount } from "../../lib/harvest/metrics";
import { drawnEnvironment } from "./drawn-bodies";

const environment = drawnEnvironment("everything");

test("the only part of the harvest draws its counts bare, as it publishes them", () => {
  const functions = [{ name: "collect", collectors: environment.collectors, part: { number: 1, of: 1 } }];
  const alone = validateEnvironment({ ...environment, functions });
  const counts = [series(missingCount, "missing", { inParts: true })];

  const lines = linesOf(counts, alone, 60);

  expect(lines).toEqual(linesOf(counts, environment, 60));
  expect(JSON.stringify(lines)).not.toContain("SEARCH");
});

import { quantumRateNearLimit } from "../../alarms/breaker";
import { quantumPublishingStalled } from "../../alarms/safety";
import { bandsIn, ruleBands } from "../../dashboards/bands";
import { intentAge } from "../../lib/collectors/intents";
import { rateSymbolUtilizationMax } from "../../lib/collectors/rate-windows";
import { redisUp } from "../../lib/exporter";
import { type Environment, validateEnvironment } from "../../lib/environment";
import { ConfigError } from "../../lib/errors";
import { prod } from "../support/example-environments";

const under = (rules: Environment["rules"] = {}) => validateEnvironment({ ...prod, rules });

test("a rule's band begins where the rule fires, under the rule's name", () => {
  const bands = bandsIn(under(), ruleBands(quantumPublishingStalled, intentAge));

  expect(bands).toEqual([{ from: 300, colour: "red", label: "QuantumPublishingStalled" }]);
});

test("a rule's band follows the environment that changes the rule, for each of its metrics", () => {
  const environment = under({ QuantumRateNearLimit: { values: { [rateSymbolUtilizationMax.name]: 65 } } });

  const bands = bandsIn(environment, ruleBands(quantumRateNearLimit, rateSymbolUtilizationMax, "yellow"));

  expect(bands).toEqual([{ from: 65, colour: "yellow", label: "QuantumRateNearLimit" }]);
});

test("a rule that is switched off draws nothing", () => {
  const environment = under({ QuantumRateNearLimit: { enabled: false } });

  const bands = bandsIn(environment, [
    { from: 90, colour: "red" },
    ...ruleBands(quantumRateNearLimit, rateSymbolUtilizationMax),
  ]);

  expect(bands).toEqual([{ from: 90, colour: "red" }]);
});

test("a rule that says nothing of a metric cannot be drawn over it", () => {
  const bands = ruleBands(quantumPublishingStalled, redisUp);

  expect(() => bandsIn(under(), bands)).toThrow(ConfigError);
});

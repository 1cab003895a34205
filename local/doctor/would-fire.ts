import { AlarmEngine } from "../../lib/alarm-engine/engine";
import { alarmsOf } from "../../lib/alarm-engine/template";
import type { Config } from "../../lib/config";
import { type Environment, type ValidatedEnvironment, validateEnvironment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { ENVIRONMENT_DIMENSION, NAMESPACE, type Sample } from "../../lib/metric";
import type { Rule } from "../../lib/rules/rule";
import { isFedHere, type KnownRule, knownRules, templateOf } from "../alarms/known-rules";

/** Longer than any rule waits, and shorter than those look back that average an hour: one sample says nothing of that. */
const LASTING_SEC = 30 * 60;

/**
 * The rules that would tell somebody if everything stayed as one sample found it, by the alarms as they are deployed.
 * Throws ConfigError where no environment could have these settings.
 */
export function wouldFire(config: Config, samples: readonly Sample[], at: Date): KnownRule[] {
  const environment = environmentOf(config);
  const known = knownRules(environment).filter(isFedHere);
  const start = at.getTime() / 1000;
  const engine = new AlarmEngine(alarmsOf(templateOf(known.flatMap(({ alarms }) => alarms))), { start });
  for (let after = 0; after <= LASTING_SEC; after += config.sampleIntervalSec) {
    for (const { metric, value, labels, at: time } of samples) {
      if (typeof value !== "number") continue;
      const dimensions = { [ENVIRONMENT_DIMENSION]: environment.name, ...labels };
      const key = { namespace: NAMESPACE, name: metric.name, dimensions };
      engine.publish(key, time.getTime() / 1000 + after, value, start + after);
    }
    engine.advance(start + after);
  }
  const acted = new Set(engine.notices.filter(({ state }) => state === "ALARM").map(({ alarm }) => alarm));
  return known.filter(({ alarm }) => acted.has(alarm));
}

/** Severities that wake or warn somebody. */
export const isAlarming = ({ severity }: Rule): boolean => severity !== "info";

/** The environment of this name, or else the trial, as far as rules see it: with what is configured here. */
function environmentOf(config: Config): ValidatedEnvironment {
  const { environment: name, families, symbols, limits, harvest, sampleIntervalSec } = config;
  const { functions: _, notify: __, quietHours: ___, ...base } = environments[name] ?? environments["dev"] ?? {};
  return validateEnvironment({
    ...base,
    ...(families.includes("streams") ? declaredIn(config, base) : { streams: [], groups: [] }),
    name,
    collectors: families,
    symbols,
    limits,
    keys: { overrides: config.keys },
    sampleIntervalSec,
    harvest: { intervalSec: harvest.intervalSec, positions: harvest.positions },
  });
}

/** Streams and groups that have to be there; how grave their absence is, and what lag is too much, the environment says. */
function declaredIn(
  { streams, groups }: Config,
  base: Partial<Pick<Environment, "streams" | "groups">>,
): Pick<Environment, "streams" | "groups"> {
  const named = new Map(base.streams?.map((one) => [typeof one === "string" ? one : one.stream, one]));
  return {
    streams: streams.map((stream) => named.get(stream) ?? stream),
    groups: Object.entries(groups).flatMap(([stream, names]) =>
      names.map(
        (group) => base.groups?.find((one) => one.stream === stream && one.group === group) ?? { stream, group },
      ),
    ),
  };
}

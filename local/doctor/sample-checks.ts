import type { Config } from "../../lib/config";
import type { ShownHalt } from "../../lib/collectors/halts";
import { ConfigError } from "../../lib/errors";
import { quoted } from "../../lib/reading";
import type { RuleName } from "../../lib/rules/names";
import type { Sampled } from "../../lib/sampler";
import { serverReport } from "../server-lines";
import { palette } from "../terminal";
import type { Check } from "./check";
import { isAlarming, wouldFire } from "./would-fire";

/** Rules that count what is listed here one by one. */
const LISTED: ReadonlySet<RuleName> = new Set(["QuantumContractBroken", "CollectorFailing"]);

/** What a whole sample tells that no single key does: all that breaks the contract, and what people would be told of it. */
export function sampleChecks(config: Config, sampled: Sampled, told: readonly Check[]): Check[] {
  const { at, samples, properties, violations } = sampled;
  const isTold = (what: string): boolean => told.some((one) => what === one.what || what.startsWith(`${one.what},`));
  const failed = (properties["failed"] ?? []) as readonly { readonly collector: string; readonly why: string }[];
  return [
    // Whether somebody would be told of what is missing or lost, the rules say.
    ...serverReport(samples, palette(false, {})).map(({ text, isWell }): Check => ({
      verdict: isWell ? "ok" : "note",
      what: text,
    })),
    ...[...new Map(violations.map(({ key, what }) => [`${key} ${what}`, what]))]
      .filter(([whole, what]) => !isTold(whole) && !isTold(what))
      .map(([what]): Check => ({ verdict: "problem", what, fix: "look at who writes it: this breaks the contract" })),
    ...failed.map(({ collector, why }): Check => ({ verdict: "problem", what: `the collector ${collector}: ${why}` })),
    ...(typeof properties["redis_full"] === "string" ? [fullCheck(properties["redis_full"])] : []),
    ...haltChecks(properties),
    ...ruleChecks(config, samples, at),
  ];
}

const fullCheck = (why: string): Check => ({
  verdict: "problem",
  what: `Redis has no memory to write with: ${why}`,
  fix: "raise maxmemory or take a larger node, and find what fills it: until then the kernel can set neither safe mode nor counters",
});

/** Each halt that is on; whether somebody would be told of it, the rules say. */
function haltChecks(properties: Sampled["properties"]): Check[] {
  return [
    ["halts", "halts"],
    ["halt_signs", "is a sign of a halt of"],
  ].flatMap(([property = "", verb]) =>
    ((properties[property] ?? []) as readonly ShownHalt[]).map(({ key, stops, reason }): Check => {
      const why = reason === undefined ? "" : `: ${quoted(reason)}`;
      return { verdict: "note", what: `${key} ${verb} ${stops}${why}` };
    }),
  );
}

function ruleChecks(config: Config, samples: Sampled["samples"], at: Date): Check[] {
  try {
    return wouldFire(config, samples, at)
      .filter(({ rule }) => !LISTED.has(rule.name))
      .map(({ alarm, rule }) => {
        const name = alarm.slice(`${config.environment}-`.length);
        const verdict = isAlarming(rule) ? "alarm" : "note";
        return { verdict, what: `${name} (${rule.severity}): ${rule.summary}`, fix: rule.description, rule: name };
      });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [{ verdict: "note", what: `the rules are not judged: ${error.message}` }];
  }
}

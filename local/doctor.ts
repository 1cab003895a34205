import type { Config } from "../lib/config";
import { SAMPLE_LIMIT_MS } from "../lib/redis/limits";
import { RedisLink } from "../lib/redis/link";
import { RedisSession } from "../lib/redis/session";
import { type Check, conclusion } from "./doctor/check";
import { clockCheck } from "./doctor/clock-check";
import { contractChecks } from "./doctor/contract-checks";
import { positionChecks } from "./doctor/position-checks";
import { fixFor, rightsChecks } from "./doctor/rights-checks";
import { sampleChecks } from "./doctor/sample-checks";
import { type Sampled, Sampler } from "../lib/sampler";
import { addressOf, type CommonOptions, configFor } from "./options";
import { palette, printable } from "./terminal";

export interface DoctorOptions extends CommonOptions {
  readonly json?: boolean;
}

/**
 * Checks whether this configuration can work and what an on-call would say of what it sees; 1 when something is to be
 * fixed, or a rule would page or warn.
 */
export async function doctorCommand(options: DoctorOptions, print: (text: string) => void): Promise<number> {
  const config = configFor(options);
  // Refuses collectors that do not exist.
  const sampler = new Sampler(config);
  const checks = await diagnose(config, sampler);
  const { text, isFine } = conclusion(checks);
  print(options.json ? printable(JSON.stringify({ checks })) : checks.map(asText).join("\n"));
  if (!options.json) print(`\n${printable(text)}`);
  return isFine ? 0 : 1;
}

async function diagnose(config: Config, sampler: Sampler): Promise<Check[]> {
  const link = new RedisLink(config.redis);
  try {
    const reached = await reach(config, link);
    if (reached.some(({ verdict }) => verdict === "problem")) return reached;
    const at = new Date();
    const sampled = await sampler.sample(at);
    const frozen = frozenCheck(sampled);
    // What stands in such keys was true once: nothing else is said of them.
    if (frozen !== undefined) return [...reached, frozen, ...sampleChecks(config, sampled, [frozen])];
    const rights = await rightsChecks(config, () => new RedisSession(link, SAMPLE_LIMIT_MS));
    if (rights.some(({ verdict }) => verdict === "problem")) return [...reached, ...rights];
    const contract = await contractChecks(config, new RedisSession(link, SAMPLE_LIMIT_MS), at);
    const positions = await positionChecks(config, new RedisSession(link, SAMPLE_LIMIT_MS));
    const checks = [...reached, ...rights, ...contract, ...positions];
    return [...checks, ...sampleChecks(config, sampled, checks)];
  } finally {
    sampler.close();
    link.close();
  }
}

/** Set where what is read is a replica that has lost its primary. */
function frozenCheck({ properties }: Sampled): Check | undefined {
  const why = properties["redis_cut_off"];
  if (typeof why !== "string") return undefined;
  const what = `this is a replica that has lost its primary, and every key is as it was: ${why}`;
  return { verdict: "problem", what, fix: "is the primary up? Then name it here, or an address that follows it" };
}

async function reach(config: Config, link: RedisLink): Promise<Check[]> {
  const session = new RedisSession(link, SAMPLE_LIMIT_MS);
  const answers: readonly Check[] = [{ verdict: "ok", what: `${addressOf(config)} answers` }, tlsCheck(config)];
  try {
    await session.time();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    // Missing rights have checks of their own, which also say how to get them.
    return why.includes("NOPERM") ? [...answers] : [unreachable(config, why)];
  }
  return [...answers, clockCheck(session.health().skewMs ?? 0)];
}

function unreachable(config: Config, why: string): Check {
  return {
    verdict: "problem",
    what: `${addressOf(config)}: ${why}`,
    fix: fixFor(config, why),
  };
}

function tlsCheck({ redis: { tls, authentication } }: Config): Check {
  if (tls !== undefined) return { verdict: "ok", what: "the connection is encrypted" };
  return authentication.kind === "none"
    ? { verdict: "note", what: "plain TCP without a user: right on a laptop, not in a network" }
    : { verdict: "note", what: "the password travels in clear", fix: "use rediss:// if the server speaks TLS" };
}

/** A remedy that several findings in a row have in common stands below the last of them. */
function asText({ verdict, what, fix }: Check, index: number, checks: readonly Check[]): string {
  const colour = palette(process.stdout.isTTY);
  const marks = {
    ok: colour.good("ok     "),
    note: colour.dim("note   "),
    alarm: colour.bad("alarm  "),
    problem: colour.bad("problem"),
  };
  return `${marks[verdict]}  ${printable(what)}${fix === undefined || fix === checks[index + 1]?.fix ? "" : `\n         → ${printable(fix)}`}`;
}

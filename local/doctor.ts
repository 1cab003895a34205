import type { Config } from "../lib/config";
import { SAMPLE_LIMIT_MS } from "../lib/redis/limits";
import { RedisLink } from "../lib/redis/link";
import { RedisSession } from "../lib/redis/session";
import { type Check, contractChecks } from "./doctor/contract-checks";
import { rightsChecks } from "./doctor/rights-checks";
import { addressOf, type CommonOptions, configFor } from "./options";
import { palette, printable } from "./terminal";

export interface DoctorOptions extends CommonOptions {
  readonly json?: boolean;
}

/** A clock this far off cuts windows visibly wrong. */
const MOST_SKEW_MS = 1000;

/** Checks whether this configuration can work and says what to fix; 1 when something is to be fixed. */
export async function doctorCommand(options: DoctorOptions, print: (text: string) => void): Promise<number> {
  const config = configFor(options);
  const checks = await diagnose(config);
  print(options.json ? JSON.stringify({ checks }) : checks.map(asText).join("\n"));
  const problems = checks.filter(({ verdict }) => verdict === "problem").length;
  if (!options.json) print(problems === 0 ? "\nthis will work" : `\n${problems} to fix`);
  return problems === 0 ? 0 : 1;
}

async function diagnose(config: Config): Promise<Check[]> {
  const link = new RedisLink(config.redis);
  try {
    const reached = await reach(config, link);
    if (reached.some(({ verdict }) => verdict === "problem")) return reached;
    const rights = await rightsChecks(config, () => new RedisSession(link, SAMPLE_LIMIT_MS));
    if (rights.some(({ verdict }) => verdict === "problem")) return [...reached, ...rights];
    return [...reached, ...rights, ...(await contractChecks(config, new RedisSession(link, SAMPLE_LIMIT_MS)))];
  } finally {
    link.close();
  }
}

async function reach(config: Config, link: RedisLink): Promise<Check[]> {
  const session = new RedisSession(link, SAMPLE_LIMIT_MS);
  const address = addressOf(config);
  try {
    await session.time();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ verdict: "problem", what: `${address}: ${why}`, fix: remedy(why) }];
  }
  const { skewMs = 0 } = session.health();
  return [
    { verdict: "ok", what: `${address} answers` },
    tlsCheck(config),
    Math.abs(skewMs) > MOST_SKEW_MS
      ? { verdict: "problem", what: `its clock is ${skewMs} ms from ours`, fix: "synchronize both clocks (NTP)" }
      : { verdict: "ok", what: `its clock is ${skewMs} ms from ours` },
  ];
}

function tlsCheck({ redis: { tls, authentication } }: Config): Check {
  if (tls !== undefined) return { verdict: "ok", what: "the connection is encrypted" };
  return authentication.kind === "none"
    ? { verdict: "note", what: "plain TCP without a user: right on a laptop, not in a network" }
    : { verdict: "note", what: "the password travels in clear", fix: "use rediss:// if the server speaks TLS" };
}

/** What usually helps against what the network or the server said. */
function remedy(why: string): string {
  const remedies: readonly (readonly [RegExp, string])[] = [
    [/ECONNREFUSED/, "is the server running, and on this port? Does it listen on this address (bind)?"],
    [/ENOTFOUND|EAI_AGAIN/, "the host name does not resolve: check REDIS_HOST or REDIS_URL"],
    [/WRONGPASS|invalid username-password/, "the user or the password is wrong"],
    [/NOAUTH/, "the server wants a password: REDIS_PASSWORD, or redis://user:password@host"],
    [
      /certificate|self.signed|CERT_|altname/i,
      "the certificate is not trusted: put its CA (PEM text) into REDIS_TLS_CA",
    ],
    [/wrong version number|EPROTO|SSL/, "the server does not speak TLS here: use redis:// in place of rediss://"],
    [/longer than/, "a firewall or security group may drop the packets; or rediss:// is needed and redis:// was said"],
    [/LOADING/, "the server is loading its data: try again"],
    [/MOVED|CLUSTERDOWN/, "this is a cluster: set REDIS_TOPOLOGY=cluster"],
  ];
  return (
    remedies.find(([pattern]) => pattern.test(why))?.[1] ?? "check REDIS_URL and the network between here and there"
  );
}

function asText({ verdict, what, fix }: Check): string {
  const colour = palette(process.stdout.isTTY);
  const marks = { ok: colour.good("ok     "), note: colour.dim("note   "), problem: colour.bad("problem") };
  return `${marks[verdict]}  ${printable(what)}${fix === undefined ? "" : `\n         → ${printable(fix)}`}`;
}

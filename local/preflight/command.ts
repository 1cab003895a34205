import { type Environment, type ValidatedEnvironment, validateEnvironment } from "../../lib/environment";
import { stackName } from "../../lib/environments/names";
import { madeUpRunbooks, OWN_RUNBOOKS } from "../../lib/environments/runbooks";
import { ConfigError } from "../../lib/errors";
import { identified } from "./account";
import { type Clients, clientsFor, type Subject } from "./clients";
import { endpointFindings } from "./endpoints";
import { broken, type Finding, known, lookedAt, unknown } from "./finding";
import { leftoverFindings } from "./leftovers";
import { machineFindings } from "./machine";
import { networkFindings } from "./network";
import { quotaFindings } from "./quotas";
import { redisFindings } from "./redis";
import { secretFindings } from "./secrets";
import { bootstrapFindings, isMade, stackCalled, stackFindings } from "./stack";
import { subscriptionFindings } from "./subscriptions";
import { typeFindings } from "./types";
import { environmentData } from "../environment-data";
import { palette, printable } from "../terminal";

export interface PreflightOptions {
  readonly env: string;
  readonly endpointUrl?: string;
  readonly json?: boolean;
}

/** Looks, before a deploy, at all that it would else fail of half-way; 1 when something is broken. */
export async function preflightCommand(
  { env, endpointUrl, json = false }: PreflightOptions,
  print: (text: string) => void,
  all?: Readonly<Record<string, Environment>>,
): Promise<number> {
  const findings = await findingsOf(environmentData(env, all), env, endpointUrl);
  const [wrong, open] = (["broken", "unknown"] as const).map((one) => countOf(findings, one));
  if (json) print(printable(JSON.stringify({ findings })));
  else print([...findings.map(asText), "", verdictOf(wrong ?? 0, open ?? 0)].join("\n"));
  return wrong === 0 ? 0 : 1;
}

const countOf = (findings: readonly Finding[], one: Finding["verdict"]): number =>
  findings.filter(({ verdict }) => verdict === one).length;

function verdictOf(wrong: number, open: number): string {
  if (wrong > 0) return `${wrong} to mend before a deploy`;
  return open === 0
    ? "this can be deployed"
    : `this can be deployed, as far as can be seen: ${open} to look at by hand`;
}

async function findingsOf(data: Environment, name: string, endpoint: string | undefined): Promise<Finding[]> {
  const environment = validated(data);
  if (typeof environment === "string") return [broken(environment, `correct lib/environments/${name}.ts`)];
  const clients = clientsFor(environment.region, endpoint);
  const { findings, account } = await identified(clients, environment);
  const first = [
    known(`the environment ${name} is valid`),
    ...runbookFindings(environment),
    ...machineFindings(),
    ...findings,
  ];
  return account === undefined ? first : [...first, ...(await inAccount(environment, clients, account))];
}

/** An address that leads nowhere hurts whoever is paged; where nobody is, it may wait. */
function runbookFindings(environment: ValidatedEnvironment): Finding[] {
  const what = madeUpRunbooks(environment);
  if (what === undefined) return [];
  return [environment.notify ? broken(what, OWN_RUNBOOKS) : unknown(what, OWN_RUNBOOKS)];
}

function validated(data: Environment): ValidatedEnvironment | string {
  try {
    return validateEnvironment(data);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** Everything at once: each is waited for, none waits for another. */
async function inAccount(environment: ValidatedEnvironment, clients: Clients, account: string): Promise<Finding[]> {
  let isDeployed: boolean | undefined;
  const stack = await lookedAt("the stack", async () => {
    const found = await stackCalled(clients, stackName(environment.name));
    isDeployed = isMade(found);
    return stackFindings(environment, found);
  });
  const subject: Subject = { environment, clients, account, isDeployed };
  const each = await Promise.all([
    lookedAt("bootstrap", () => bootstrapFindings(clients, { account, region: environment.region })),
    lookedAt("the network", () => networkFindings(subject)),
    lookedAt("endpoints", () => endpointFindings(subject)),
    secretFindings(subject),
    redisFindings(environment),
    leftoverFindings(subject),
    subscriptionFindings(subject),
    typeFindings(subject),
    quotaFindings(subject),
  ]);
  return [...stack, ...each.flat()];
}

/** A remedy that several findings in a row have in common stands below the last of them. */
function asText({ verdict, what, fix }: Finding, place: number, all: readonly Finding[]): string {
  const colour = palette(process.stdout.isTTY);
  const marks = { known: colour.good("known  "), unknown: colour.warn("unknown"), broken: colour.bad("broken ") };
  return `${marks[verdict]}  ${printable(what)}${fix === undefined || fix === all[place + 1]?.fix ? "" : `\n         → ${printable(fix)}`}`;
}

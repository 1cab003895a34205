import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { cdk, type Ran } from "./cdk";
import { type Clients, clientsOf, createSecret } from "./clients";
import { type Emulator, startEmulator, takenTypes } from "./emulator";
import { type Settings, USER } from "./environment";
import { Internet, WATCHER } from "./internet";
import { Market } from "./market";
import { say } from "./progress";
import { FOLDER, type Tools } from "./tools";

const RUN = /^run-(\d+)$/;

/** Everything that is there before anything of ours is deployed: an account with its secrets, a Redis, an internet. */
export class Stage {
  readonly internet: Internet;
  readonly market: Market;
  readonly emulator: Emulator;
  readonly clients: Clients;
  readonly #folder: string;
  readonly #python: string;
  readonly #secrets: Settings["secrets"];
  readonly #redisSecret: string;

  private constructor(parts: Pick<Stage, "internet" | "market" | "emulator" | "clients">, made: Made) {
    this.internet = parts.internet;
    this.market = parts.market;
    this.emulator = parts.emulator;
    this.clients = parts.clients;
    this.#folder = made.folder;
    this.#python = made.python;
    this.#secrets = made.secrets;
    this.#redisSecret = made.redisSecret;
  }

  static async start(programs: Tools): Promise<Stage> {
    const folder = freshFolder();
    const stops: (() => Promise<void>)[] = [];
    try {
      const internet = await Internet.start();
      stops.push(() => internet.stop());
      const market = await Market.start();
      stops.push(() => market.stop());
      const handlersEnv = proxied(internet, folder);
      const emulator = await startEmulator({ tools: programs, folder, handlersEnv });
      stops.push(() => emulator.stop());
      const clients = clientsOf(emulator);
      const made = await secretsFor(clients, internet, market);
      return new Stage({ internet, market, emulator, clients }, { folder, python: programs.python, ...made });
    } catch (error) {
      for (const stop of stops.toReversed()) await stop();
      throw error;
    }
  }

  /** The settings of an environment on this stage. */
  settings(name: string, publisher: Settings["publisher"]): Settings {
    const { market } = this;
    const redis = { port: market.server.port, ca: market.ca, secretArn: this.#redisSecret };
    return { name, publisher, redis, secrets: this.#secrets };
  }

  /** Runs a command of the CDK on an environment; throws with what it printed where it fails. */
  async cdk(settings: Settings, ...args: readonly string[]): Promise<Ran> {
    const { name } = settings;
    const [file, out] = [join(this.#folder, `${name}.json`), join(this.#folder, `${name}.cdk.out`)];
    writeFileSync(file, JSON.stringify(settings));
    say(`cdk ${args[0]} ${name}`);
    const ran = await cdk(this.emulator, args, { settings: file, out });
    writeFileSync(join(this.#folder, `${name}.${args[0]}.log`), ran.output);
    if (ran.code !== 0) throw new Error(`cdk ${args[0]} ended with ${ran.code}:\n${ran.output}`);
    return ran;
  }

  /** Which of these types of resources the emulator takes. */
  taken(types: readonly string[]): Promise<readonly string[]> {
    return takenTypes(this.#python, types);
  }

  /** Ends everything; what was written stays until the next run, for whoever looks for a fault. */
  async stop(): Promise<void> {
    for (const client of Object.values(this.clients) as { destroy(): void }[]) client.destroy();
    const ends = await Promise.allSettled([this.emulator.stop(), this.internet.stop(), this.market.stop()]);
    say(`logs are in ${this.#folder}, until the next run`);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }
}

interface Made {
  readonly folder: string;
  readonly python: string;
  readonly secrets: Settings["secrets"];
  readonly redisSecret: string;
}

/** By what Node knows of proxies by itself, the handlers find the stage's internet and no other. */
function proxied({ url, ca }: Internet, folder: string): Record<string, string> {
  const file = join(folder, "internet.pem");
  writeFileSync(file, ca);
  return { NODE_EXTRA_CA_CERTS: file, NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: url, NO_PROXY: "127.0.0.1" };
}

/** What an operator puts into Secrets Manager before the first deploy. */
async function secretsFor(
  clients: Clients,
  { slack, pagerduty }: Internet,
  { password }: Market,
): Promise<Pick<Made, "secrets" | "redisSecret">> {
  const create = (name: string, value: string): Promise<string> =>
    createSecret(clients, `quantum-watch/${name}`, value);
  return {
    redisSecret: await create("redis", JSON.stringify({ username: USER, password })),
    secrets: {
      slack: await create("slack", slack.token),
      pagerduty: await create("pagerduty", pagerduty.routingKey),
      heartbeat: await create("heartbeat", `https://${WATCHER}/`),
    },
  };
}

/** A folder of this process; those of processes that are gone go, too. */
function freshFolder(): string {
  for (const name of readdirSync(FOLDER)) {
    const [, pid] = RUN.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(FOLDER, name), { recursive: true, force: true });
  }
  const folder = join(FOLDER, `run-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  return folder;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

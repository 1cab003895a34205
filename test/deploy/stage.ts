import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { cdk, type Ran } from "./cdk";
import { type Clients, clientsOf, createSecret } from "./clients";
import { type Emulator, startEmulator, takenTypes } from "./emulator";
import { type Settings, USER } from "./environment";
import { Internet, WATCHER } from "./internet";
import { Market } from "./market";
import { say } from "./progress";
import { FOLDER, tools } from "./tools";

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

  static async start(): Promise<Stage> {
    const programs = await tools();
    const folder = freshFolder();
    const stops: (() => Promise<void>)[] = [];
    try {
      const internet = await Internet.start();
      stops.push(() => internet.stop());
      const market = await Market.start();
      stops.push(() => market.stop());
      const ca = join(folder, "internet.pem");
      writeFileSync(ca, internet.ca);
      const handlersEnv = {
        NODE_EXTRA_CA_CERTS: ca,
        NODE_USE_ENV_PROXY: "1",
        HTTPS_PROXY: internet.url,
        NO_PROXY: "127.0.0.1",
      };
      const emulator = await startEmulator({ tools: programs, folder, handlersEnv });
      stops.push(() => emulator.stop());
      const clients = clientsOf(emulator);
      const secrets = {
        slack: await createSecret(clients, "quantum-watch/slack", internet.slack.token),
        pagerduty: await createSecret(clients, "quantum-watch/pagerduty", internet.pagerduty.routingKey),
        heartbeat: await createSecret(clients, "quantum-watch/heartbeat", `https://${WATCHER}/`),
      };
      const user = JSON.stringify({ username: USER, password: market.password });
      const redisSecret = await createSecret(clients, "quantum-watch/redis", user);
      return new Stage(
        { internet, market, emulator, clients },
        { folder, python: programs.python, secrets, redisSecret },
      );
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

  /** Ends everything; what was written stays for whoever looks for a fault, where it failed. */
  async stop(hasFailed: boolean): Promise<void> {
    await this.emulator.stop();
    await Promise.all([this.internet.stop(), this.market.stop()]);
    if (hasFailed) say(`logs are in ${this.#folder}`);
    else rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Made {
  readonly folder: string;
  readonly python: string;
  readonly secrets: Settings["secrets"];
  readonly redisSecret: string;
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

import { connect } from "node:net";

import type { ValidatedEnvironment } from "../../lib/environment";
import { type Finding, known, unknown } from "./finding";
import { type ExistingRedis, redisLine } from "./redis-line";

/** A host name that leads into a VPC often resolves everywhere, and then nobody answers. */
const CONNECT_MS = 2000;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Whether Redis can be reached from here; where not, that says nothing, as only the VPC has to reach it. */
export async function redisFindings(environment: ValidatedEnvironment): Promise<Finding[]> {
  const { redis } = environment;
  if (redis.kind === "trial") return [known("Redis: a cache that the stack brings")];
  const addresses = addressesOf(redis.topology);
  const fix = `on a machine in the VPC${needsOf(redis)}: ${redisLine(environment, redis)}`;
  const reached = await Promise.all(addresses.map(answers));
  return addresses.map((address, place) => {
    const text = `${address.host}:${address.port}`;
    return reached[place]
      ? known(`Redis: ${text} answers from here`)
      : unknown(`Redis: ${text} cannot be reached from here, which only the VPC has to`, fix);
  });
}

/** What else the command there takes. */
function needsOf({ authentication, tls }: ExistingRedis): string {
  const file = tls !== false && tls.ca !== undefined ? ", where ca.pem holds redis.tls.ca" : "";
  switch (authentication.kind) {
    case "none":
      return file;
    case "secret":
      return `${file}, as somebody who may read the secret`;
    case "iam":
      return `${file}, with keys in its environment that may elasticache:Connect (eval "$(aws configure export-credentials --format env)")`;
  }
}

function addressesOf(topology: ExistingRedis["topology"]): Address[] {
  switch (topology.kind) {
    case "single":
      return [topology];
    case "cluster":
      return topology.nodes;
    case "sentinel":
      return topology.sentinels;
  }
}

function answers({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(CONNECT_MS, end(false));
    socket.once("connect", end(true)).once("error", end(false));
  });
}

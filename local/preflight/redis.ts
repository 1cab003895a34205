import { connect } from "node:net";

import type { ValidatedEnvironment } from "../../lib/environment";
import { type Finding, known, unknown } from "./finding";

/** A host name that leads into a VPC often resolves everywhere, and then nobody answers. */
const CONNECT_MS = 2000;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Whether Redis can be reached from here; where not, that says nothing, as only the VPC has to reach it. */
export async function redisFindings({ redis }: ValidatedEnvironment): Promise<Finding[]> {
  if (redis.kind === "trial") return [known("Redis: a cache that the stack brings")];
  const { topology, tls } = redis;
  const addresses = addressesOf(topology);
  const reached = await Promise.all(addresses.map(answers));
  return addresses.map((address, place) => {
    const text = `${address.host}:${address.port}`;
    return reached[place]
      ? known(`Redis: ${text} answers from here`)
      : unknown(
          `Redis: ${text} cannot be reached from here, which only the VPC has to`,
          `on a machine in the VPC: npx quantum-watch doctor --redis ${tls === false ? "redis" : "rediss"}://${text}`,
        );
  });
}

function addressesOf(topology: Extract<ValidatedEnvironment["redis"], { kind: "existing" }>["topology"]): Address[] {
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

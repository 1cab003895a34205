import calculateSlot from "cluster-key-slot";
import { Cluster, type Redis } from "ioredis";

import type { Request } from "./request";

/** What answers a pipeline, and the places of the requests that go into it. */
export interface NodeGroup {
  readonly client: Redis | Cluster;
  readonly places: readonly number[];
}

/** Requests that one node answers together, one group a node; a single server answers all of them. */
export function inGroups(client: Redis | Cluster, requests: readonly Request[]): NodeGroup[] {
  if (!(client instanceof Cluster)) return [{ client, places: [...requests.keys()] }];
  const byNode = new Map<string, number[]>();
  const anywhere: number[] = [];
  const ofEach: number[] = [];
  for (const [place, request] of requests.entries()) {
    const node = nodeName(client, request);
    if (request.ofEach) ofEach.push(place);
    else if (node === undefined) anywhere.push(place);
    else byNode.set(node, [...(byNode.get(node) ?? []), place]);
  }
  const alone: NodeGroup[] = [];
  // With the node's own requests: of one that is asked in bulk nothing else may be asked meanwhile. The cluster's own
  // pipeline goes where its first key lives, so a primary without one is spoken to by itself.
  for (const primary of ofEach.length === 0 ? [] : client.nodes("master")) {
    const own = byNode.get(addressOf(primary));
    if (own) own.push(...ofEach);
    else alone.push({ client: primary, places: ofEach });
  }
  const [first, ...others] = byNode.values();
  const keyed = first ? [[...first, ...anywhere], ...others] : [anywhere];
  return [...keyed.filter(({ length }) => length > 0).map((places) => ({ client, places })), ...alone];
}

/** The connection of the node that a request is for; undefined where the cluster has not told of it. */
export function nodeFor(client: Redis | Cluster, request: Request | undefined): Redis | undefined {
  if (!(client instanceof Cluster)) return client;
  const name = request && nodeName(client, request);
  return client.nodes("master").find((node) => addressOf(node) === name);
}

const addressOf = ({ options: { host, port } }: Redis): string => `${host}:${port}`;

/** Names of all masters as the cluster's slots have them; a single server needs none and goes by the empty name. */
export function masterNames(client: Redis | Cluster): readonly string[] {
  if (!(client instanceof Cluster)) return [""];
  return [...new Set(client.slots.flatMap((names) => names?.slice(0, 1) ?? []))];
}

function nodeName(client: Cluster, { key, node }: Request): string | undefined {
  if (node !== undefined) return node;
  return key === undefined ? undefined : client.slots[calculateSlot(key)]?.[0];
}

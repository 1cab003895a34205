import calculateSlot from "cluster-key-slot";
import { Cluster, type Redis } from "ioredis";

import type { Request } from "./request";

/** What answers a pipeline, and the places of the requests that go into it. */
export interface NodeGroup {
  readonly client: Redis | Cluster;
  readonly places: readonly number[];
}

/** Requests that one node answers together; a single server answers all of them. */
export function inGroups(client: Redis | Cluster, requests: readonly Request[]): NodeGroup[] {
  if (!(client instanceof Cluster)) return [{ client, places: [...requests.keys()] }];
  const byNode = new Map<string | undefined, number[]>();
  const ofEach: number[] = [];
  for (const [place, request] of requests.entries()) {
    if (request.ofEach) {
      ofEach.push(place);
      continue;
    }
    const node = nodeName(client, request);
    const group = byNode.get(node);
    if (group) group.push(place);
    else byNode.set(node, [place]);
  }
  const anywhere = byNode.get(undefined) ?? [];
  const [first, ...others] = [...byNode].filter(([node]) => node !== undefined).map(([, places]) => places);
  // The cluster's own pipeline goes where its first key lives, so each primary is spoken to by itself.
  const primaries = ofEach.length === 0 ? [] : client.nodes("master").map((node) => ({ client: node, places: ofEach }));
  const keyed = first ? [[...first, ...anywhere], ...others] : [anywhere];
  return [...keyed.filter(({ length }) => length > 0).map((places) => ({ client, places })), ...primaries];
}

/** The connection of the node that a request is for; undefined where the cluster has not told of it. */
export function nodeFor(client: Redis | Cluster, request: Request | undefined): Redis | undefined {
  if (!(client instanceof Cluster)) return client;
  const name = request && nodeName(client, request);
  return client.nodes("master").find(({ options: { host, port } }) => `${host}:${port}` === name);
}

/** Names of all masters as the cluster's slots have them; a single server needs none and goes by the empty name. */
export function masterNames(client: Redis | Cluster): readonly string[] {
  if (!(client instanceof Cluster)) return [""];
  return [...new Set(client.slots.flatMap((names) => names?.slice(0, 1) ?? []))];
}

function nodeName(client: Cluster, { key, node }: Request): string | undefined {
  if (node !== undefined) return node;
  return key === undefined ? undefined : client.slots[calculateSlot(key)]?.[0];
}

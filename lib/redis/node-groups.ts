import calculateSlot from "cluster-key-slot";
import { Cluster, type Redis } from "ioredis";

import type { Request } from "./request";

/** Places of the requests that one node answers together; a single server answers all of them. */
export function inGroups(client: Redis | Cluster, requests: readonly Request[]): number[][] {
  if (!(client instanceof Cluster)) return [[...requests.keys()]];
  const groups = new Map<string | undefined, number[]>();
  for (const [place, { key }] of requests.entries()) {
    const node = key === undefined ? undefined : client.slots[calculateSlot(key)]?.[0];
    groups.set(node, [...(groups.get(node) ?? []), place]);
  }
  const anywhere = groups.get(undefined) ?? [];
  const [first, ...others] = [...groups].filter(([node]) => node !== undefined).map(([, places]) => places);
  return first ? [[...first, ...anywhere], ...others] : [anywhere];
}

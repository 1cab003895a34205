import { type RedisCluster, writerOf } from "./redis-server";

/** The move of a key's slot from the node that owns it to the next: begun, the key is gone ahead; finished, all know. */
export async function moving({ nodes }: RedisCluster, key: string) {
  const clients = nodes.map((node) => writerOf(node));
  const slot = Number(await clients[0]?.cluster("KEYSLOT", key));
  const ids = await Promise.all(clients.map((client) => client.cluster("MYID")));
  const owners = await Promise.all(
    clients.map(async (client) => (await client.call("CLUSTER", "COUNTKEYSINSLOT", slot)) as number),
  );
  const from = owners.findIndex((count) => count > 0);
  const to = (from + 1) % nodes.length;
  return {
    begin: async () => {
      await clients[to]?.cluster("SETSLOT", slot, "IMPORTING", String(ids[from]));
      await clients[from]?.cluster("SETSLOT", slot, "MIGRATING", String(ids[to]));
      await clients[from]?.migrate("127.0.0.1", nodes[to]?.port ?? 0, key, 0, 1000);
    },
    finish: async () => {
      const left = (await clients[from]?.cluster("GETKEYSINSLOT", slot, 1000)) as string[];
      for (const one of left) await clients[from]?.migrate("127.0.0.1", nodes[to]?.port ?? 0, one, 0, 1000);
      for (const place of [to, from, nodes.length - to - from])
        await clients[place]?.cluster("SETSLOT", slot, "NODE", String(ids[to]));
    },
    stop: () => clients.forEach((client) => client.disconnect()),
  };
}

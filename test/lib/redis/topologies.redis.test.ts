import { FAMILIES } from "../../../lib/collectors";
import { aclRules } from "../../../lib/redis/read-only";
import { proposal, proposalKey, propose } from "../../support/harvest-keys";
import {
  duringTests,
  MASTER_NAME,
  startCluster,
  startReplicaWithSentinel,
  until,
  writerOf,
  SERVER_TIMEOUT_MS,
} from "../../support/redis-server";
import { moving } from "../../support/slot-move";
import { expectOutage, expectUp, SAFE_MODE, sampled, withSamplers } from "../../support/sampling";
import { valuesOf } from "../../support/schedule";

const RIGHTS = aclRules({ topology: { kind: "single" }, db: 0, families: FAMILIES });

jest.setTimeout(SERVER_TIMEOUT_MS);

const samplerFor = withSamplers();

describe("Sentinel", () => {
  const group = duringTests(startReplicaWithSentinel);

  it("names the master, and the promoted replica once the master is gone", async () => {
    const { master, replica, sentinel } = group();
    const writer = writerOf(master);
    await writer.set(SAFE_MODE, "1");
    await writer.wait(1, 1000);
    writer.disconnect();
    const sampler = samplerFor({
      REDIS_TOPOLOGY: "sentinel",
      REDIS_SENTINELS: `127.0.0.1:${sentinel.port}`,
      REDIS_SENTINEL_MASTER: MASTER_NAME,
    });
    const before = await sampled(sampler);
    await master.kill();
    const during = await sampled(sampler);
    const promoted = writerOf(replica);
    await until("the replica is promoted", async () => (await promoted.info("replication")).includes("role:master"));
    promoted.disconnect();
    let after = during;
    await until("the sentinel names it", async () => {
      after = await sampled(sampler);
      return after.sampled.health.isUp;
    });

    expectUp(before, { quantum_safety_safe_mode: 1 });
    expectOutage(during, /ECONNREFUSED/, "unreachable");
    expectUp(after, { quantum_safety_safe_mode: 1 });
  });

  it("that does not answer is an outage that says so", async () => {
    await group().sentinel.kill();

    const taken = await sampled(
      samplerFor({
        REDIS_TOPOLOGY: "sentinel",
        REDIS_SENTINELS: `127.0.0.1:${group().sentinel.port}`,
        REDIS_SENTINEL_MASTER: MASTER_NAME,
      }),
    );

    expectOutage(taken, /ECONNREFUSED/, "unreachable");
  });
});

describe("a cluster", () => {
  const started = duringTests(() => startCluster(3));

  it("is read as a user with the rights of the list and CLUSTER SLOTS, from any one of its nodes", async () => {
    const { nodes, writer } = started();
    await writer.set(SAFE_MODE, "1");
    for (const node of nodes) {
      const client = writerOf(node);
      await client.call("ACL", "SETUSER", "watch", "on", ">pw", "~quantum:*", "-@all", ...RIGHTS, "+cluster|slots");
      client.disconnect();
    }

    const user = { REDIS_TOPOLOGY: "cluster", REDIS_USERNAME: "watch", REDIS_PASSWORD: "pw" };
    const taken = await sampled(samplerFor({ ...user, REDIS_NODES: `127.0.0.1:${nodes[1]?.port}` }));

    expectUp(taken, { quantum_safety_safe_mode: 1 });
  });

  it("is followed when it moves a key to another node", async () => {
    const { nodes, writer } = started();
    const clients = nodes.map((node) => writerOf(node));
    const slotOfKey = Number(await clients[0]?.cluster("KEYSLOT", SAFE_MODE));
    const ids = await Promise.all(clients.map((client) => client.cluster("MYID")));
    const from = Math.floor(slotOfKey / Math.ceil(16_384 / 3));
    const to = (from + 1) % 3;
    await writer.set(SAFE_MODE, "1");
    const sampler = samplerFor({ REDIS_TOPOLOGY: "cluster", REDIS_NODES: `127.0.0.1:${nodes[0]?.port}` });
    const before = await sampled(sampler);
    await clients[to]?.cluster("SETSLOT", slotOfKey, "IMPORTING", String(ids[from]));
    await clients[from]?.cluster("SETSLOT", slotOfKey, "MIGRATING", String(ids[to]));
    await clients[from]?.migrate("127.0.0.1", nodes[to]?.port ?? 0, SAFE_MODE, 0, 1000);
    for (const place of [to, from, 3 - to - from])
      await clients[place]?.cluster("SETSLOT", slotOfKey, "NODE", String(ids[to]));
    for (const client of clients) client.disconnect();

    const after = [await sampled(sampler), await sampled(sampler)];

    expectUp(before, { quantum_safety_safe_mode: 1 });
    for (const one of after) expectUp(one, { quantum_safety_safe_mode: 1 });
  });

  it.each([
    ["is being moved, one key gone ahead", "half"],
    ["has moved before the turn", "before"],
    ["moves while the turn is under way", "during"],
  ] as const)("gives every one of 200 symbols when a slot %s", async (_, when) => {
    const { nodes, writer } = started();
    const symbols = Array.from({ length: 200 }, (__, index) => `COIN${index}USDT`);
    await Promise.all(symbols.map((symbol) => propose(writer, symbol, proposal(Date.now()))));
    const sampler = samplerFor({
      REDIS_TOPOLOGY: "cluster",
      REDIS_NODES: `127.0.0.1:${nodes[0]?.port}`,
      COLLECTORS: "harvest",
      HARVEST_SYMBOLS: symbols.join(","),
    });
    const before = await sampled(sampler);
    const move = await moving(started(), proposalKey("COIN7USDT"));

    if (when !== "during") await move.begin();
    if (when === "before") await move.finish();
    const taking = sampled(sampler);
    if (when === "during") await move.begin().then(move.finish);
    const during = await taking;
    if (when === "half") await move.finish();
    const after = await sampled(sampler);

    move.stop();
    for (const { sampled: taken } of [before, during, after]) {
      expect([taken.properties["redis_error"], taken.properties["failed"]]).toEqual([undefined, undefined]);
      expect(taken.properties["unknown"]).toBeUndefined();
      expect(valuesOf(taken.samples)).toMatchObject({
        quantum_harvest_symbols: 200,
        quantum_harvest_open_positions: 200,
        "quantum_collector_up{harvest}": 1,
      });
    }
  });

  it("gives safe mode while its slot is being moved and it has gone ahead of other keys", async () => {
    await started().writer.set(SAFE_MODE, "1");
    const sampler = samplerFor({ REDIS_TOPOLOGY: "cluster", REDIS_NODES: `127.0.0.1:${started().nodes[0]?.port}` });
    const before = await sampled(sampler);
    const move = await moving(started(), SAFE_MODE);
    await move.begin();

    const during = [await sampled(sampler), await sampled(sampler)];

    await move.finish();
    move.stop();
    for (const one of [before, ...during]) expectUp(one, { quantum_safety_safe_mode: 1 });
  });

  it("is down while one of its nodes is frozen, and up again when it thaws", async () => {
    const { nodes, writer } = started();
    await writer.set(SAFE_MODE, "1");
    const sampler = samplerFor({ REDIS_TOPOLOGY: "cluster", REDIS_NODES: `127.0.0.1:${nodes[0]?.port}` });
    const before = await sampled(sampler);
    nodes[2]?.pause();
    const during = await sampled(sampler);
    nodes[2]?.resume();
    let after = during;
    // Its nodes learn of it one after the other.
    await until("the cluster is whole", async () => {
      after = await sampled(sampler);
      return after.sampled.health.isUp && after.sampled.properties["failed"] === undefined;
    });

    expectUp(before, { quantum_safety_safe_mode: 1 });
    expectOutage(during, /took longer|CLUSTERDOWN/, "timed-out", "unreachable");
    expectUp(after, { quantum_safety_safe_mode: 1 });
  });

  it("that is down altogether is an outage that says so", async () => {
    const { nodes } = started();
    await Promise.all(nodes.map((node) => node.kill()));

    const taken = await sampled(samplerFor({ REDIS_TOPOLOGY: "cluster", REDIS_NODES: `127.0.0.1:${nodes[0]?.port}` }));

    expectOutage(taken, /ECONNREFUSED/, "unreachable");
  });
});

import type { Info } from "../../../lib/redis/read-only";
import { readServerState, type ServerState } from "../../../lib/redis/server-state";

const infoOf = (text: string): Info =>
  new Map(
    text
      .split(" ")
      .filter(Boolean)
      .map((one) => one.split("=") as [string, string]),
  );

/** What servers say in two sections of INFO, as one or several of them. */
const stateOf = (replication: readonly string[], memory: readonly string[], isCluster = false): Promise<ServerState> =>
  readServerState(
    { info: async (section) => ({ known: (section === "memory" ? memory : replication).map(infoOf) }) },
    isCluster,
  );

const ROOM = "maxmemory=0 used_memory=5 maxmemory_policy=noeviction";
const PRIMARY = "role=master";

it.each([
  ["a primary", PRIMARY, null],
  ["a replica with its link", "role=slave master_link_status=up", null],
  [
    "one that copies",
    "role=slave master_link_status=down master_host=a master_port=1 master_link_down_since_seconds=-1",
    "a replica whose link to its primary a:1 is down",
  ],
  [
    "one that lost it",
    "role=slave master_link_status=down master_host=a master_port=1 master_link_down_since_seconds=12",
    "a replica whose link to its primary a:1 is down for 12 s",
  ],
  ["one that does not say of what", "role=slave", "a replica whose link to its primary ?:? is down"],
])("%s", async (_, replication, cutOff) => {
  expect((await stateOf([replication], [ROOM])).cutOff).toEqual({ known: cutOff });
});

it.each([
  [
    "at the limit",
    "maxmemory=100 used_memory=100 maxmemory_policy=noeviction",
    "100 bytes used of maxmemory 100, policy noeviction",
  ],
  ["a byte below", "maxmemory=100 used_memory=99 maxmemory_policy=noeviction", null],
  [
    "above it only by what its replicas wait for",
    "maxmemory=100 used_memory=120 mem_not_counted_for_evict=21 maxmemory_policy=noeviction",
    null,
  ],
  ["above it, and evicting what may go", "maxmemory=100 used_memory=101 maxmemory_policy=allkeys-lru", null],
  [
    "above it with nothing that may go",
    "maxmemory=100 used_memory=101 maxmemory_policy=volatile-ttl",
    "101 bytes used of maxmemory 100, policy volatile-ttl",
  ],
  ["at the limit, where something may go", "maxmemory=100 used_memory=100 maxmemory_policy=volatile-ttl", null],
])("a server %s", async (_, memory, full) => {
  expect((await stateOf([PRIMARY], [memory])).full).toEqual({ known: full });
});

it("one full primary of several is enough, also beside one that does not say", async () => {
  const full = "maxmemory=1 used_memory=2 maxmemory_policy=noeviction";

  expect((await stateOf([PRIMARY], ["", full], true)).full).toEqual({
    known: "2 bytes used of maxmemory 1, policy noeviction",
  });
  expect((await stateOf([PRIMARY], [ROOM, ""], true)).full).toEqual({ unknown: "INFO memory does not say" });
});

it("a server that does not say is not known, and one that cannot be asked says why", async () => {
  const silent = await stateOf([""], [""]);
  const refused = await readServerState({ info: () => Promise.reject(new Error("no answer")) }, false);

  expect(silent).toEqual({
    cutOff: { unknown: "INFO replication does not say" },
    full: { unknown: "INFO memory does not say" },
  });
  expect(refused).toEqual({ cutOff: { unknown: "no answer" }, full: { unknown: "no answer" } });
});

it("of a cluster no node is cut off: one that has become a replica answers for no key", async () => {
  expect((await stateOf(["role=slave master_link_status=down"], [ROOM], true)).cutOff).toEqual({ known: null });
});

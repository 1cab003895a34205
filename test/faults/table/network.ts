import { type Fault, faultsOf, type Scene } from "../fault";
import type { Breakage } from "../faulty-proxy";
import { selfSigned } from "../../support/redis-server";
import { startRedis } from "../../../local/embedded-redis";
import { FaultyProxy } from "../faulty-proxy";
import { FIRST_ADDRESS } from "../scene";

type Begin = Fault["begin"];

/** Connections that are open stay open. */
const breaking =
  (breakage: Breakage): Begin =>
  ({ proxy }) =>
    proxy.breaks(breakage);

/** Connections that are open are cut first, so that all that follows happens to new ones. */
const cutting =
  (breakage: Breakage): Begin =>
  async ({ proxy }) => {
    await proxy.breaks(breakage);
    proxy.cuts();
  };

/** Said once to whoever is connected, and all is well again. */
const once =
  (says: Buffer): Begin =>
  async ({ proxy }) => {
    await proxy.breaks({ says });
    await proxy.mends();
  };

const text = (said: string): Buffer => Buffer.from(said);
const always =
  (said: Buffer | string): ((answer: Buffer) => Buffer) =>
  () =>
    Buffer.from(said);

/** What ends with the fault and is not the scene's own. */
const ends = new WeakMap<Scene, () => Promise<void>>();

/** TLS on the same address with another certificate, or none. */
function another(
  make: () => Promise<{ host: string; port: number; stop(): Promise<void> }>,
): Pick<Fault, "begin" | "end"> {
  return {
    begin: async (scene) => {
      const other = await make();
      ends.set(scene, () => other.stop());
      scene.proxy.leadsTo(other);
      scene.proxy.cuts();
    },
    end: async (scene) => {
      scene.proxy.leadsTo(scene.server);
      scene.proxy.cuts();
      await ends.get(scene)?.();
    },
  };
}

/** What gave too large a reply is not asked for again for a minute, or five: each time would cost a connection. */
const REMEMBERED = { recovers: "later" } as const;

/** Rates of intents need a minute of the stream that was there before. */
const REMEMBERED_RATES = { recovers: "later" } as const;

/** The way to Redis: delay, loss, connections half open, reset, throttled, garbage, TLS, several addresses. */
export const network = faultsOf("network", [
  { name: "every answer takes 100 ms more", isShort: true, begin: breaking({ delayMs: 50 }) },
  { name: "every answer takes 600 ms more", begin: breaking({ delayMs: 300 }) },
  { name: "every answer takes 4 s more", begin: breaking({ delayMs: 2000 }) },
  { name: "answers come with up to 200 ms of jitter", begin: breaking({ jitterMs: 100 }) },
  { name: "nothing passes any more, and no connection ends", isShort: true, begin: breaking({ swallows: "all" }) },
  { name: "requests are lost on the way", begin: breaking({ swallows: "requests" }) },
  { name: "answers are lost on the way", begin: breaking({ swallows: "answers" }) },
  {
    name: "the open connection is dead, and new ones work",
    isShort: true,
    begin: async ({ proxy }) => {
      await proxy.breaks({ swallows: "all" });
      proxy.forgets();
      await proxy.mends();
    },
  },
  { name: "the connection is reset once", isShort: true, begin: ({ proxy }) => proxy.cuts() },
  { name: "no connection is taken", isShort: true, begin: cutting({ isClosed: true }) },
  { name: "new connections are reset", begin: cutting({ onAccept: "reset" }) },
  { name: "new connections are ended", begin: cutting({ onAccept: "end" }) },
  { name: "new connections are taken and nothing is said", begin: cutting({ onAccept: "silence" }) },
  { name: "every second new connection is reset", begin: cutting({ resetsOneIn: 2 }) },
  { name: "connections are reset after 3 kB of answers", begin: cutting({ resetAfter: 3000 }) },
  { name: "connections are ended after 3 kB of answers", begin: cutting({ endAfter: 3000 }) },
  { name: "connections are reset after the first answer", begin: cutting({ resetAfter: 1 }) },
  { name: "answers pass at 1 kB/s", isShort: true, begin: breaking({ bytesPerSec: 1000 }) },
  { name: "answers pass at 200 kB/s", begin: breaking({ bytesPerSec: 200_000 }) },
  { name: "answers come byte by byte", begin: breaking({ bytesPerSec: 10 }) },
  {
    name: "answers are garbage",
    isShort: true,
    begin: breaking({ changes: always(Buffer.from([0xde, 0xad, 0xbe, 0xef, 13, 10])) }),
  },
  {
    name: "answers are a page of HTML",
    begin: breaking({ changes: always("HTTP/1.1 502 Bad Gateway\r\n\r\n<html>") }),
  },
  { name: "answers are of the newer protocol", begin: breaking({ changes: always("%1\r\n+key\r\n#t\r\n_\r\n") }) },
  { name: "answers announce a gigabyte", begin: breaking({ changes: always("$1073741824\r\nx") }), ...REMEMBERED },
  {
    name: "answers announce a billion elements",
    begin: breaking({ changes: always("*1000000000\r\n") }),
    ...REMEMBERED,
  },
  { name: "answers are nested without end", begin: breaking({ changes: always("*1\r\n".repeat(20_000)) }) },
  {
    name: "one bit in every chunk is another",
    begin: breaking({ changes: (answer) => Buffer.concat([Buffer.from([(answer[0] ?? 0) ^ 1]), answer.subarray(1)]) }),
  },
  { name: "every answer comes twice", begin: breaking({ changes: (answer) => Buffer.concat([answer, answer]) }) },
  {
    name: "the last bytes of every answer are missing",
    begin: breaking({ changes: (answer) => answer.subarray(0, -2) }),
  },
  { name: "an answer comes once that nobody asked for", isShort: true, begin: once(text("+OK\r\n")) },
  {
    name: "an answer that nobody asked for comes first on every connection",
    begin: breaking({ says: text("+OK\r\n") }),
  },
  { name: "garbage comes once that nobody asked for", begin: once(text("\u0000\u0001\r\n")) },
  { name: "an error comes once that nobody asked for", begin: once(text("-ERR go away\r\n")) },
  {
    name: "a refusal comes with every new connection",
    begin: cutting({ says: text("-ERR max number of clients reached\r\n") }),
  },
  { name: "a push message comes once that nobody asked for", begin: once(text(">2\r\n+invalidate\r\n*0\r\n")) },
  {
    name: "TLS records are damaged",
    way: "tls",
    isShort: true,
    begin: breaking({ changes: (answer) => Buffer.from(answer.map((byte) => byte ^ 0x55)) }),
  },
  {
    name: "another certificate is shown than is trusted",
    way: "tls",
    ...another(async () => startRedis({ tls: await selfSigned() })),
  },
  { name: "a server without TLS answers where TLS was", way: "tls", ...another(() => startRedis()) },
  { name: "the TLS handshake is not answered", way: "tls", begin: cutting({ onAccept: "silence" }) },
  { name: "the TLS handshake is cut", way: "tls", begin: cutting({ resetAfter: 100 }) },
  { name: "the TLS connection is reset once", way: "tls", begin: ({ proxy }) => proxy.cuts() },
  {
    name: "the name leads to two addresses, and at the first is nobody",
    way: "names",
    isShort: true,
    begin: ({ proxy }) => proxy.cuts(),
  },
  {
    name: "the name leads to two addresses, and at the first somebody says nothing",
    way: "names",
    ...stranger(),
  },
  {
    name: "the address leads to an empty server for a while",
    ...another(() => startRedis()),
    isUnjudged: "what it reads is another server",
    ...REMEMBERED_RATES,
  },
]);

/** Somebody who accepts and says nothing at the first address of the name; the second is the proxy's. */
function stranger(): Pick<Fault, "begin" | "end"> {
  return {
    begin: async (scene) => {
      const other = new FaultyProxy(scene.server);
      await other.breaks({ onAccept: "silence" });
      await other.listen(FIRST_ADDRESS, scene.proxy.port);
      ends.set(scene, () => other.stop());
      scene.proxy.cuts();
    },
    end: async (scene) => {
      await ends.get(scene)?.();
      scene.proxy.cuts();
    },
  };
}

import { keysUnder } from "../../../lib/redis/keys";
import { BYTES, SAFE_MODE } from "../../support/plain-reading";
import { type Fault, faultsOf, type Scene } from "../fault";

const KEYS = keysUnder();
const BTC = `${KEYS.harvestProposal}:BTCUSDT`;
const POSITION = `${KEYS.position}:BTCUSDT`;
const GROUP = "quantum:group:intent_bridge";

/** Somebody writes what should not be there; afterwards all is written anew as it should be. */
const holding = (begin: (scene: Scene) => Promise<unknown>): Pick<Fault, "begin" | "end"> => ({
  begin,
  end: (scene) => scene.refill("intents stay"),
});

/** A stream that begins anew has no whole minute yet, so that its rates are not known before there is one. */
const INTENTS_ANEW = { end: (scene: Scene) => scene.refill(), recovers: "later" } as const;
/** What gave too large a reply is not asked for again for a minute, or five. */
const REMEMBERED = { recovers: "later" } as const;

/** A key of another kind in the place of a key. */
const kinds: readonly (readonly [string, string, (scene: Scene, key: string) => Promise<unknown>])[] = [
  ["safe mode is a list", SAFE_MODE, ({ writer }, key) => writer.rpush(key, "1")],
  ["the stream of faults is a text", KEYS.faults, ({ writer }, key) => writer.set(key, "x")],
  ["the stream of intents is a text", KEYS.intents, ({ writer }, key) => writer.set(key, "x")],
  ["a proposal is a text", BTC, ({ writer }, key) => writer.set(key, "x")],
  ["a position is a set", POSITION, ({ writer }, key) => writer.sadd(key, "x")],
];

const valued = (name: string, value: string | Buffer): Omit<Fault, "kind"> => ({
  name,
  ...holding(({ writer }) => writer.set(SAFE_MODE, value)),
});

const proposed = (name: string, fields: Record<string, string>): Omit<Fault, "kind"> => ({
  name,
  ...holding(async (scene) => {
    scene.stopsWriting(true);
    if (Object.keys(fields).length > 0) await scene.writer.hset(BTC, fields);
  }),
  end: async (scene) => {
    scene.stopsWriting(false);
    await scene.refill("intents stay");
  },
});

/** A stream's entries, so many, each of one field so large. */
const entries =
  (key: string, count: number, characters: number, fields = 1) =>
  (scene: Scene) =>
    scene.writer.eval(
      `local entry = {}
    for field = 1, tonumber(ARGV[3]) do
      entry[#entry + 1] = "field_" .. field
      entry[#entry + 1] = string.rep("x", tonumber(ARGV[2]))
    end
    for _ = 1, tonumber(ARGV[1]) do redis.call("XADD", KEYS[1], "*", unpack(entry)) end`,
      1,
      key,
      count,
      characters,
      fields,
    );

const MB = 1_000_000;
function ofKind([name, key, write]: (typeof kinds)[number]): Omit<Fault, "kind"> {
  const held = holding(async (scene) => {
    await scene.writer.del(key);
    await write(scene, key);
  });
  if (key === KEYS.intents) return { name, ...held, ...INTENTS_ANEW };
  return key === SAFE_MODE ? { name, ...held, isShort: true } : { name, ...held };
}

const LARGE = "what is larger than a reply may be is not compared: it is named as broken";

/** What Redis holds: keys of other kinds, values that are none, too many, too large, too late, gone. */
export const data = faultsOf("data", [
  ...kinds.map(ofKind),
  valued("safe mode is a word", "yes"),
  valued("safe mode is bytes that are no text", BYTES),
  valued("safe mode is empty", ""),
  valued("safe mode is a text of an unusual minus", "−1"),
  { name: "safe mode is on without an end", ...holding(({ writer }) => writer.set(SAFE_MODE, "1")) },
  {
    name: "safe mode is on for 5 minutes",
    isShort: true,
    ...holding(({ writer }) => writer.set(SAFE_MODE, "1", "EX", 300)),
  },
  { name: "safe mode ends between two slots", ...holding(({ writer }) => writer.set(SAFE_MODE, "1", "PX", 12_000)) },
  { name: "safe mode is gone", ...holding(({ writer }) => writer.del(SAFE_MODE)) },
  {
    name: "safe mode is a text of 20 MB",
    isShort: true,
    ...holding(({ writer }) => writer.eval(`redis.call("SET", KEYS[1], string.rep("1", 20000000))`, 1, SAFE_MODE)),
    isUnjudged: LARGE,
    ...REMEMBERED,
  },
  {
    name: "one fault is 20 MB large",
    isShort: true,
    ...holding(entries(KEYS.faults, 1, 20 * MB)),
    isUnjudged: LARGE,
    ...REMEMBERED,
  },
  {
    name: "a thousand faults have 500 fields",
    ...holding(entries(KEYS.faults, 1000, 8, 500)),
    isUnjudged: LARGE,
    ...REMEMBERED,
  },
  {
    name: "20 intents are 5 MB large",
    ...holding(entries(KEYS.intents, 20, 5 * MB)),
    isUnjudged: LARGE,
    ...REMEMBERED,
    ...INTENTS_ANEW,
  },
  {
    name: "a field of a proposal is 20 MB large",
    ...holding(({ writer }) =>
      writer.eval(`redis.call("HSET", KEYS[1], "kill_score", string.rep("1", 20000000))`, 1, BTC),
    ),
    isUnjudged: LARGE,
    ...REMEMBERED,
  },
  {
    name: "there are 5000 faults of this minute",
    ...holding(entries(KEYS.faults, 5000, 4)),
    isUnjudged: "no more than 2000 are counted, and a property says that there are more",
  },
  { name: "there are 20,000 intents of this minute", ...holding(entries(KEYS.intents, 20_000, 4)), ...INTENTS_ANEW },
  { name: "the stream of faults is gone", ...holding(({ writer }) => writer.del(KEYS.faults)) },
  { name: "the stream of intents is gone", isShort: true, ...still(({ writer }) => writer.del(KEYS.intents)) },
  { name: "the stream of intents is empty", ...still(({ writer }) => writer.xtrim(KEYS.intents, "MAXLEN", 0)) },
  {
    name: "a fault comes from the future",
    ...holding(({ writer }) => writer.xadd(KEYS.faults, `${Date.now() + 86_400_000}-0`, "reason", "x")),
  },
  {
    name: "an intent comes from the future",
    ...holding(({ writer }) => writer.xadd(KEYS.intents, `${Date.now() + 86_400_000}-0`, "symbol", "BTCUSDT")),
    ...INTENTS_ANEW,
  },
  {
    name: "the IDs of a stream are no times",
    ...still(async ({ writer }) => {
      await writer.del(KEYS.faults);
      await writer.xadd(KEYS.faults, "1-1", "reason", "x");
      await writer.xadd(KEYS.faults, "7-1", "reason", "x");
    }),
  },
  {
    name: "an intent is no JSON",
    ...holding(({ writer }) => writer.xadd(KEYS.intents, "*", "data", "{", "symbol", "BTCUSDT")),
    ...INTENTS_ANEW,
  },
  {
    name: "an intent has no symbol",
    ...holding(({ writer }) => writer.xadd(KEYS.intents, "*", "side", "BUY")),
    ...INTENTS_ANEW,
  },
  {
    name: "a symbol is markup and 10 kB long",
    ...holding(({ writer }) =>
      writer.xadd(KEYS.intents, "*", "symbol", `<b onload=x>${"$(rm)".repeat(2000)}\r\n`, "side", "BUY"),
    ),
    ...INTENTS_ANEW,
  },
  {
    name: "a trip carries lines of a log of its own",
    ...holding(({ writer }) =>
      writer.xadd(
        KEYS.faults,
        "*",
        "timestamp",
        String(Date.now() / 1000),
        "reason",
        `x\n{"_aws":{"Timestamp":1}}\n`,
        "symbol",
        "BTCUSDT",
      ),
    ),
  },
  {
    name: "a counter is no number",
    ...holding(async ({ writer }) => {
      const bucket = Math.floor(Date.now() / 10_000);
      for (let place = 0; place < 4; place++) await writer.set(`${KEYS.rateGlobal}:${bucket + place}`, "nan", "EX", 60);
    }),
  },
  proposed("a score of a proposal is no number", { kill_score: "nan" }),
  proposed("a score of a proposal is out of its range", { kill_score: "17" }),
  proposed("a proposal has an action that nobody knows", { harvest_action: "SELL_EVERYTHING" }),
  proposed("a proposal comes from the future", { last_update_epoch: "99999999999" }),
  proposed("the proposals are no longer renewed", {}),
  { name: "a proposal is gone", isShort: true, ...still(({ writer }) => writer.del(BTC)) },
  {
    name: "all proposals and positions are gone",
    ...still(async ({ writer }) => {
      for (const symbol of ["BTCUSDT", "ETHUSDT", "SOLUSDT"])
        await writer.del(`${KEYS.harvestProposal}:${symbol}`, `${KEYS.position}:${symbol}`);
    }),
  },
  { name: "a position is closed", ...holding(({ writer }) => writer.hset(POSITION, { side: "FLAT", quantity: "0" })) },
  {
    name: "a consumer group is gone",
    isShort: true,
    ...holding(({ writer }) => writer.xgroup("DESTROY", KEYS.intents, GROUP)),
  },
  {
    name: "a thousand consumer groups are made",
    ...holding(async ({ writer }) => {
      const pipeline = writer.pipeline();
      for (let number = 0; number < 1000; number++) pipeline.xgroup("CREATE", KEYS.intents, `other:${number}`, "$");
      await pipeline.exec();
    }),
    ...INTENTS_ANEW,
  },
  {
    name: "a consumer group has markup for a name",
    ...holding(({ writer }) => writer.xgroup("CREATE", KEYS.intents, `<script>\n"${"x".repeat(500)}`, "$")),
    ...INTENTS_ANEW,
  },
  {
    name: "six hundred consumers have read and acknowledged nothing",
    ...holding(async ({ writer }) => {
      const pipeline = writer.pipeline();
      for (let number = 0; number < 600; number++) {
        pipeline.xadd(KEYS.intents, "*", "symbol", "BTCUSDT", "side", "BUY");
        pipeline.call("XREADGROUP", "GROUP", GROUP, `c${number}`, "COUNT", "1", "STREAMS", KEYS.intents, ">");
      }
      await pipeline.exec();
    }),
    ...INTENTS_ANEW,
  },
  { name: "Redis is emptied", isShort: true, ...still(({ writer }) => writer.flushall()) },
  {
    name: "a hundred thousand strange keys are written",
    ...holding(({ writer }) =>
      writer.eval(`for i = 1, 100000 do redis.call("SET", "quantum:strange:" .. i, i) end`, 0),
    ),
  },
]);

/** The same, and the trading system writes nothing meanwhile that would put it right. */
function still(begin: (scene: Scene) => Promise<unknown>): Pick<Fault, "begin" | "end" | "recovers"> {
  return {
    begin: async (scene) => {
      scene.stopsWriting(true);
      await begin(scene);
    },
    end: async (scene) => {
      scene.stopsWriting(false);
      await scene.refill();
    },
    recovers: "later",
  };
}

import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Clock, realClock } from "../../local/clock";
import { Chain } from "../../local/kernel/chain";
import { fieldsOf, SHAPES } from "../../local/kernel/intent";
import { Traffic } from "../../local/kernel/traffic";
import { SERVER_TIMEOUT_MS, until, withRedis } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const INTENTS = "quantum:stream:trade.intent";
const PLANS = "quantum:stream:apply.plan";
const RESULTS = "quantum:stream:apply.result";
const BRIDGE = "quantum:group:intent_bridge";

const redis = withRedis();
const traffic = new Traffic(1);

interface Group {
  readonly name: string;
  readonly delivered: string;
  readonly pending: number;
}

async function groups(stream: string): Promise<Group[]> {
  const all = (await redis.writer.xinfo("GROUPS", stream).catch(() => [])) as unknown[][];
  return all.map((flat) => {
    const of = (name: string): unknown => flat[flat.indexOf(name) + 1];
    return { name: String(of("name")), delivered: String(of("last-delivered-id")), pending: Number(of("pending")) };
  });
}

async function isRead(stream: string, id: string): Promise<boolean> {
  const [group] = await groups(stream);
  return group?.delivered === id && group.pending === 0;
}

async function entries(stream: string): Promise<Record<string, string | undefined>[]> {
  const all = await redis.writer.xrange(stream, "-", "+");
  return all.map(([, flat]) =>
    Object.fromEntries(flat.flatMap((one, place) => (place % 2 ? [] : [[one, flat[place + 1]]]))),
  );
}

async function addIntent(id: string, shape: (typeof SHAPES)[number] = "flat"): Promise<ReturnType<Traffic["next"]>> {
  const intent = traffic.next();
  await redis.writer.xadd(INTENTS, id, ...Object.entries(fieldsOf(intent, shape, Date.now())).flat());
  return intent;
}

/** A clock on which everybody sleeps until the test wakes them. */
function wokenClock(): { readonly clock: Clock; readonly wake: () => void } {
  const sleepers = new Set<() => void>();
  return {
    clock: {
      ...realClock,
      sleep: (_, signal) =>
        new Promise((resolve, reject) => {
          sleepers.add(resolve);
          const abort = (): void => reject(new Error("woken by its end"));
          if (signal?.aborted) abort();
          signal?.addEventListener("abort", abort, { once: true });
        }),
    },
    wake: () => {
      for (const resolve of sleepers) resolve();
      sleepers.clear();
    },
  };
}

/** Plays the chain until what a test does with it is done. */
async function played(chain: Chain, test: () => Promise<void>): Promise<void> {
  const end = new AbortController();
  const running = chain.run(end.signal);
  try {
    await test();
  } finally {
    end.abort();
    await running;
  }
}

it("makes a plan of each intent and a result of each plan, in every shape, under the groups' real names", async () => {
  const intents: ReturnType<Traffic["next"]>[] = [];
  await played(new Chain({ redis: redis.writer, clock: realClock }), async () => {
    for (const [place, shape] of SHAPES.entries()) intents.push(await addIntent(`${place + 1}-0`, shape));
    await until("the results are read", async () => {
      const [group] = await groups(RESULTS);
      return (await redis.writer.xlen(RESULTS)) === 3 && group?.pending === 0 && group.delivered !== "0-0";
    });
  });

  const plans = await entries(PLANS);
  const [first] = intents;
  const hashed = `1-0|${first?.symbol}|${first?.side}|${plans[0]?.["qty"]}`;
  expect(plans.map((plan) => [plan["symbol"], plan["side"], Number(plan["qty"])])).toEqual(
    intents.map(({ symbol, side, quantity }) => [symbol, side, quantity]),
  );
  expect(plans[0]).toMatchObject({ decision: "EXECUTE", reduceOnly: "false", source: "intent_bridge" });
  expect(plans[0]?.["plan_id"]).toBe(createHash("sha256").update(hashed).digest("hex").slice(0, 16));
  expect((await entries(RESULTS)).map((result) => [result["plan_id"], result["executed"]])).toEqual(
    plans.map((plan) => [plan["plan_id"], "True"]),
  );
  expect((await Promise.all([INTENTS, PLANS, RESULTS].map(groups))).flat().map(({ name }) => name)).toEqual([
    BRIDGE,
    "apply_layer",
    "quantum:group:execution:trade.intent",
  ]);
});

// The mistake: an exit that becomes a plan to open, as whoever reads plans would take it.
it.each(SHAPES)("a plan only reduces where its intent, %s, says so", async (shape) => {
  const flow = new Traffic(1);
  const fields = (beside: object): string[] =>
    Object.entries({ ...fieldsOf(flow.next(), shape, Date.now()), ...beside }).flat();
  await redis.writer.xadd(INTENTS, "1-0", ...fields({ reduceOnly: "true" }));
  await redis.writer.xadd(INTENTS, "2-0", ...fields({}));
  const intent = { symbol: "BTCUSDT", side: "SELL", quantity: 1, reduceOnly: true };
  await redis.writer.xadd(INTENTS, "3-0", "data", JSON.stringify(intent));

  await played(new Chain({ redis: redis.writer, clock: realClock }), () =>
    until("all are planned", async () => (await redis.writer.xlen(PLANS)) === 3),
  );

  expect((await entries(PLANS)).map(({ reduceOnly }) => reduceOnly)).toEqual(["true", "false", "true"]);
});

it("goes on after a loss of everything, and no more once it has ended", async () => {
  const { clock, wake } = wokenClock();
  const end = new AbortController();
  const running = new Chain({ redis: redis.writer, clock }).run(end.signal);
  const isReadSoon = (id: string): Promise<void> =>
    until(`${id} is read`, () => {
      wake();
      return isRead(INTENTS, id);
    });
  await addIntent("1-0");
  await isReadSoon("1-0");
  await redis.writer.flushall();
  await addIntent("2-0");
  await isReadSoon("2-0");

  end.abort();
  await addIntent("3-0");
  for (let turn = 0; turn < 3; turn++) {
    wake();
    await nextTurn();
    // What it asks goes the same way, and before this.
    await redis.writer.ping();
  }

  expect(await isRead(INTENTS, "2-0")).toBe(true);
  await running;
});

it("loses a bridge with what it had in hand, and its successor takes what comes, under another name", async () => {
  const dead: string[][] = [];
  const onDeath = (...death: string[]): void => void dead.push(death);
  const chain = new Chain({ redis: redis.writer, clock: realClock, onDeath });

  await played(chain, async () => {
    await until("the group is there", async () => (await groups(INTENTS)).length === 1);
    chain.loseBridge(2);
    await addIntent("1-0");
    await addIntent("2-0");
    await until("it has died", async () => dead.length === 1);
    await addIntent("3-0");
    await until("the next is planned", async () => (await redis.writer.xlen(PLANS)) === 1);
  });

  const pending = (await redis.writer.xpending(INTENTS, BRIDGE, "-", "+", 10)) as [string, string][];
  const consumers = (await redis.writer.xinfo("CONSUMERS", INTENTS, BRIDGE)) as unknown[][];
  expect(dead).toEqual([[INTENTS, "quantum-1_4021"]]);
  expect(pending.map(([id, consumer]) => [id, consumer])).toEqual([
    ["1-0", "quantum-1_4021"],
    ["2-0", "quantum-1_4021"],
  ]);
  expect(consumers.map((one) => one[1])).toEqual(["quantum-1_4021", "quantum-1_4377"]);
});

import { haltsCollector, type ShownHalt } from "../../../lib/collectors/halts";
import type { Properties } from "../../../lib/metric";
import { haltsUnder } from "../../../lib/redis/halts";
import { type Arrangement, describeCollector } from "../../contracts/collector";
import { duringTests, SERVER_TIMEOUT_MS, withRedis } from "../../support/redis-server";
import { Watched } from "../../support/schedule";

jest.setTimeout(SERVER_TIMEOUT_MS);

const NOON = Date.parse("2026-03-01T12:00:00Z");
const KEYS = haltsUnder().flatMap(({ key, reasonKey }) => (reasonKey === undefined ? [key] : [key, reasonKey]));

const lockdown: Arrangement = async (writer) => {
  await writer.set("quantum:system:mode", "LOCKDOWN");
  await writer.set("quantum:governor:halt", "drawdown 12 %");
  await writer.set("quantum:dag5:lockdown_active", '{"reason":"drawdown","activated":true,"ts":1772366400}');
};
const wrongHalts: Arrangement = async (writer) => {
  for (const key of KEYS) await writer.zadd(key, 1, "member");
};

describeCollector(haltsCollector, { "a lockdown": lockdown, "halts of the wrong type": wrongHalts });

const rowsOf = (all: readonly ShownHalt[], kind: string): object[] =>
  all.map(({ key, stops, reason = "" }) => ({ key, kind, stops, reason }));

/** The lists of a line; the board's text must name the same, each with every field, as a row without one is no row. */
function listsIn({ halts_on: text = "[]", ...lists }: Properties): object {
  const { halts = [], halt_signs = [] } = lists as Readonly<Record<string, readonly ShownHalt[]>>;
  expect(JSON.parse(String(text))).toEqual([...rowsOf(halts, "halt"), ...rowsOf(halt_signs, "sign")]);
  return lists;
}

describe("halts of trading", () => {
  const redis = withRedis();
  const watch = duringTests(async () => new Watched(haltsCollector, redis.server.url));
  const active = async (): Promise<unknown> => (await watch().take(NOON)).values["quantum_halts_active"];

  it.each([
    ["quantum:system:mode", "LOCKDOWN", "entries"],
    ["quantum:kill", "1", "all execution"],
    ["quantum:global:kill_switch", "true", "the apply layer"],
    ["quantum:global:kill_switch", "TRUE", "the apply layer"],
    ["quantum:global:kill_switch", "1", "the apply layer"],
    ["quantum:global:kill_switch", "Yes", "the apply layer"],
    ["quantum:lockdown", "", "exits"],
  ])("%s holding %j is one that a gate reads", async (key, value, stops) => {
    await redis.writer.set(key, value);

    const { values, properties, violations } = await watch().take(NOON);

    expect(values).toEqual({ quantum_halts_active: 1 });
    expect(listsIn(properties)).toEqual({ halts: [{ key, stops }] });
    expect(violations).toEqual([]);
  });

  // The mistake: what a key holds is read otherwise than by the gate that obeys it.
  it.each([
    ["quantum:system:mode", "lockdown"],
    ["quantum:system:mode", "NORMAL"],
    ["quantum:kill", "true"],
    ["quantum:kill", "0"],
    ["quantum:global:kill_switch", "false"],
    ["quantum:global:kill_switch", "on"],
    ["quantum:global:kill_switch", ""],
    ["quantum:churn:global_freeze", ""],
  ])("%s holding %j is off for its gate", async (key, value) => {
    await redis.writer.set(key, value);

    const { values, properties } = await watch().take(NOON);

    expect(values).toEqual({ quantum_halts_active: 0 });
    expect(listsIn(properties)).toEqual({});
  });

  it("of all gates are counted, each with what it stops and why", async () => {
    await redis.writer.set("quantum:system:mode", "LOCKDOWN");
    await redis.writer.set("quantum:kill", "1");
    await redis.writer.set("quantum:global:kill_switch", "true");
    await redis.writer.set("quantum:global:kill_switch:reason", "exchange is down");
    await redis.writer.hset("quantum:lockdown", "by", "desk");
    await redis.writer.set("quantum:churn:global_freeze", "churn 40/h");

    const { values, properties } = await watch().take(NOON);

    expect(values).toEqual({ quantum_halts_active: 5 });
    expect(listsIn(properties)).toEqual({
      halts: [
        { key: "quantum:system:mode", stops: "entries" },
        { key: "quantum:kill", stops: "all execution" },
        { key: "quantum:global:kill_switch", stops: "the apply layer", reason: "exchange is down" },
        { key: "quantum:lockdown", stops: "exits" },
        { key: "quantum:churn:global_freeze", stops: "opens", reason: "churn 40/h" },
      ],
    });
  });

  // The mistake: a sign is taken for a halt. Margin rejections set cooldowns all day, and each would page.
  it("without a gate are signs: shown with their reason, and never counted", async () => {
    await redis.writer.set("quantum:governor:halt", "drawdown 12 %");
    await redis.writer.set("quantum:dag5:lockdown_active", '{"reason":"drawdown","activated":true,"ts":1}');
    await redis.writer.setex("quantum:safety:cooldown_global", 300, "1");
    await redis.writer.setex("quantum:safety:cooldown_symbol:ETHUSDT", 300, "1");
    await redis.writer.setex("quantum:safety:cooldown_symbol:OTHERUSDT", 300, "1");

    const { values, properties, violations } = await watch().take(NOON);

    expect(values).toEqual({ quantum_halts_active: 0 });
    expect(listsIn(properties)).toEqual({
      halt_signs: [
        { key: "quantum:governor:halt", stops: "entries, by the system mode", reason: "drawdown 12 %" },
        { key: "quantum:dag5:lockdown_active", stops: "entries, by the system mode", reason: "drawdown" },
        { key: "quantum:safety:cooldown_global", stops: "new orders after a margin rejection" },
        {
          key: "quantum:safety:cooldown_symbol:ETHUSDT",
          stops: "new orders of the symbol after a margin rejection",
        },
      ],
    });
    expect(violations).toEqual([]);
  });

  it.each([
    ['{"activated":false,"reason":"over"}', [], []],
    ['{"activated":true}', [{}], []],
    ['{"reason":7}', [{}], []],
    ["null", [{}], []],
    ["{", [{}], ['is no JSON: "{"']],
  ])("a lockdown sign that holds %s", async (text, on, wrong) => {
    const key = "quantum:dag5:lockdown_active";
    await redis.writer.set(key, text);

    const { properties, violations } = await watch().take(NOON);

    const signs = on.map((reason) => ({ key, stops: "entries, by the system mode", ...reason }));
    expect(listsIn(properties)).toEqual(signs.length > 0 ? { halt_signs: signs } : {});
    expect(violations).toEqual(wrong.map((what) => ({ key, what })));
  });

  // The mistake: one key of the wrong type, and a halt that is on beside it pages nobody.
  it("of the wrong type are violations, and count for nothing beside one that is on", async () => {
    await redis.writer.hset("quantum:kill", "a", "1");
    const alone = await watch().take(NOON);
    await redis.writer.set("quantum:system:mode", "LOCKDOWN");

    const beside = await watch().take(NOON);

    const wrong = [{ key: "quantum:kill", what: "holds a value of the wrong type" }];
    expect([alone.values, alone.violations]).toEqual([{}, wrong]);
    expect([beside.values, beside.violations]).toEqual([{ quantum_halts_active: 1 }, wrong]);
    expect(beside.properties["halts_unread"]).toEqual(["quantum:kill"]);
  });

  // The mistake: one key that we may not read, and a halt that is known to be on pages nobody.
  it("that are refused are named, and hide none that is on; where none is known to be on nothing is known", async () => {
    await redis.writer.acl("SETUSER", "part", "on", ">pw", "-@all", "+get", "+exists", "+info", "+time", "~quantum:*");
    await redis.writer.acl("SETUSER", "part", "resetkeys", "~quantum:system:*");
    const part = new Watched(haltsCollector, `redis://part:pw@127.0.0.1:${redis.server.port}`);
    const alone = await part.take(NOON);
    await redis.writer.set("quantum:system:mode", "LOCKDOWN");

    const beside = await part.take(NOON);

    await part.stop();
    expect(alone.values).toEqual({});
    expect(beside.values).toEqual({ quantum_halts_active: 1 });
    expect(beside.properties["halts"]).toEqual([{ key: "quantum:system:mode", stops: "entries" }]);
    expect(beside.properties["halts_unread"]).toContain("quantum:kill");
    expect(beside.properties["halts_unread"]).not.toContain("quantum:system:mode");
    expect(beside.failures).not.toEqual([]);
  });

  it("with a reason of a megabyte are shown with its beginning", async () => {
    await redis.writer.set("quantum:churn:global_freeze", "x".repeat(1_000_000));

    const { properties } = await watch().take(NOON);

    // Once in the list and once in the board's text.
    expect(JSON.stringify(properties).length).toBeLessThan(800);
    expect(await active()).toBe(1);
  });

  it("are those of the configuration where it names some", async () => {
    const halts = [
      { key: "desk:halt", on: ["STOP"], ignoresCase: true, stops: "the desk", reasonKey: "desk:why", gate: true },
      { key: "desk:pause:<SYMBOL>", on: "text", stops: "entries of the symbol", gate: true },
    ];
    const own = new Watched(haltsCollector, redis.server.url, {
      HALTS: JSON.stringify(halts),
      SYMBOLS: "BTCUSDT,ETHUSDT",
    });
    await redis.writer.set("quantum:kill", "1");
    await redis.writer.mset("desk:halt", "stop", "desk:why", "fat finger", "desk:pause:ETHUSDT", "news");

    const { values, properties } = await own.take(NOON);

    await own.stop();
    expect(values).toEqual({ quantum_halts_active: 2 });
    expect(listsIn(properties)).toEqual({
      halts: [
        { key: "desk:halt", stops: "the desk", reason: "fat finger" },
        { key: "desk:pause:ETHUSDT", stops: "entries of the symbol", reason: "news" },
      ],
    });
  });
});

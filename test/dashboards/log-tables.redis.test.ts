import { boards } from "../../dashboards";
import { FAMILIES } from "../../lib/collectors";
import { loggedProperties } from "../../lib/exporter";
import { COLUMNS } from "../../lib/harvest/rows";
import { emfLines } from "../../lib/publish/emf-lines";
import { FLAT, position, positionKey, proposal, propose } from "../support/harvest-keys";
import { SERVER_TIMEOUT_MS, withRedis } from "../support/redis-server";
import { withSamplers } from "../support/sampling";

jest.setTimeout(SERVER_TIMEOUT_MS);

const NOON = Date.parse("2026-03-01T12:00:00Z");
const BUCKET = NOON / 10_000 - 1;
const FIVE = ["AAAUSDT", "BBBUSDT", "CCCUSDT", "DDDUSDT", "EEEUSDT"];

/** What Logs Insights itself knows, so that it is no field of ours. */
const WORDS = new Set(
  "fields filter sort desc dedup limit stats by as into unnest parse display or ispresent concat replace coalesce jsonParse latest".split(
    " ",
  ),
);

const tables = boards.flatMap(({ name, panels }) =>
  panels.flatMap((panel) => (panel.kind === "table" ? [[`${name}: ${panel.title}`, panel.query] as const] : [])),
);

const redis = withRedis();
const sampler = withSamplers();

/** Fields that a query reads and does not make itself. */
function fieldsRead(query: readonly string[]): string[] {
  const bare = query.map((command) => command.replaceAll(/'[^']*'|"[^"]*"|\/.*\//g, ""));
  const made = [...query.join("\n").matchAll(/\b(?:as|into) ([\w, ]+?)(?= by |,? \w+\(|\n|$)|\(\?<(\w+)>/g)];
  const own = new Set(made.flatMap(([, names = "", group = ""]) => names.split(", ").concat(group)));
  const named = bare.flatMap((command) => command.match(/(?<![\w@.])[A-Za-z_][\w.]*/g) ?? []);
  // What a row of a list is called comes before the dot.
  const isOwn = (name: string): boolean => own.has(name) || own.has(name.split(".")[0] ?? "");
  return [...new Set(named.filter((name) => !WORDS.has(name) && !isOwn(name)))];
}

/** A line's fields as Logs Insights names them: dots between the levels, lists by place. */
function flattened(value: unknown, name = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[name, value]];
  return Object.entries(value).flatMap(([key, one]) => flattened(one, name === "" ? key : `${name}.${key}`));
}

/** The log lines of a slot at which everything that a table shows has happened. */
async function eventfulLines(): Promise<ReadonlyMap<string, unknown>> {
  const { writer, server } = redis;
  const counts = { reason: "GLOBAL_RATE_EXCEEDED", symbol: "AAAUSDT", side: "BUY", correlation_id: "c-1" };
  const limits = { global_count: "21", symbol_count: "4", global_max: "20", symbol_max: "5" };
  await writer.set("quantum:safety:safe_mode", "maybe");
  await writer.set("quantum:global:kill_switch", "true");
  await writer.set("quantum:global:kill_switch:reason", "exchange is down");
  await writer.set("quantum:churn:global_freeze", "churn");
  await writer.set("quantum:governor:halt", "drawdown");
  await writer.xadd(
    "quantum:stream:safety.fault",
    `${NOON - 5000}-0`,
    ...Object.entries({ ...counts, ...limits }).flat(),
  );
  for (const symbol of FIVE) {
    await writer.xadd("quantum:stream:trade.intent", `${NOON - 90_000 + FIVE.indexOf(symbol)}-0`, "symbol", symbol);
    await writer.set(`quantum:safety:rate:symbol:${symbol}:${BUCKET}`, "2");
  }
  await propose(writer, "BTCUSDT", proposal(NOON - 12_000));
  await propose(writer, "ETHUSDT", proposal(NOON - 40_000, { new_sl_proposed: "" }));
  await writer.hset(positionKey("ETHUSDT"), position(FLAT));
  await writer.hset(positionKey("SOLUSDT"), position());

  const { samples, properties, violations } = await sampler(
    { REDIS_URL: server.url, COLLECTORS: FAMILIES.join(",") },
    () => NOON + 200,
  ).sample(new Date(NOON));

  const lines = emfLines({
    environment: "prod",
    samples,
    properties: [loggedProperties(properties, violations)],
    at: new Date(NOON),
    now: NOON + 1000,
  });
  return new Map(lines.flatMap((line) => flattened(JSON.parse(line))));
}

test.each(tables)("the table %s reads only what the collectors log", async (_, query) => {
  const logged = await eventfulLines();

  const absent = fieldsRead(query).filter((name) => !logged.has(name));
  expect(fieldsRead(query).length).toBeGreaterThan(0);
  expect(absent).toEqual([]);
});

test("rows of proposals come apart into their columns, and a symbol without one keeps its name and standing", async () => {
  const logged = await eventfulLines();
  const query = tables.find(([name]) => name.includes(": Live proposals"))?.[1] ?? [];
  const [both, cells] = query.filter((command) => command.startsWith("parse row "));
  const [, glob = "", names = ""] = /^parse row '(.*)' as (.*)$/.exec(cells ?? "") ?? [];
  const whole = new RegExp(`^${glob.split("*").join("(.*)")}$`);
  const head = new RegExp((both ?? "").slice("parse row /".length, -1));

  const rows = JSON.parse(`["${String(logged.get("harvest_1")).replaceAll(";", '","')}"]`) as string[];

  const read = rows.map((row) => ({ head: head.exec(row)?.slice(1), cells: whole.exec(row)?.slice(1) }));
  expect(names.split(", ").slice(2)).toEqual(COLUMNS.split(",").slice(2));
  expect(read).toEqual([
    {
      head: ["BTCUSDT", "live"],
      cells: ["BTCUSDT", "live", "open", "0.4231", "0", "0.51", "0.12", "0.25", "7.1", "60123.5", "PARTIAL_25", "12"],
    },
    { head: ["SOLUSDT", "missing"], cells: undefined },
    {
      head: ["ETHUSDT", "retired"],
      cells: ["ETHUSDT", "retired", "flat", "0.4231", "0", "0.51", "0.12", "0.25", "7.1", "", "PARTIAL_25", "40"],
    },
  ]);
});

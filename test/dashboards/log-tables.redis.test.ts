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
  const made = [
    ...query.join("\n").matchAll(/\b(?:as|into) ([\w, ]+?)(?= by |,? \w+\(|, [\w.]+ as |\n|$)|\(\?<(\w+)>/g),
  ];
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

/** Everything that a table shows happens before a slot. */
async function everything(): Promise<void> {
  const { writer } = redis;
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
}

/** The fields of the log lines of a slot before which something has happened. */
async function linesAfter(happening: () => Promise<unknown>): Promise<ReadonlyMap<string, unknown>> {
  await happening();
  const { samples, properties, violations } = await sampler(
    { REDIS_URL: redis.server.url, COLLECTORS: FAMILIES.join(",") },
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
  const logged = await linesAfter(everything);

  const absent = fieldsRead(query).filter((name) => !logged.has(name));
  expect(fieldsRead(query).length).toBeGreaterThan(0);
  expect(absent).toEqual([]);
});

type Row = ReadonlyMap<string, unknown>;

/** What a table's query makes of a line, as far as its `dedup`: the rows among which doubles are looked for. */
function rowsOf(query: readonly string[], line: Row): Row[] {
  let rows: Row[] = [line];
  for (const command of query) {
    const [name, ...words] = command.split(" ");
    const rest = words.join(" ");
    if (name === "dedup") return rows;
    if (name === "filter") {
      const asked = [...rest.matchAll(/ispresent\(([\w.]+)\)/g)].map(([, field = ""]) => field);
      rows = rows.filter((row) => asked.some((field) => row.has(field)));
    } else if (name === "fields") {
      rows = rows.map((row) => new Map([...row, ...fieldsMade(rest, row)]));
    } else if (name === "unnest") {
      const [list = "", each = ""] = rest.split(" into ");
      rows = rows.flatMap((row) =>
        (row.get(list) as unknown[]).map((one) => new Map([...row, ...flattened(one, each)])),
      );
    }
  }
  return [];
}

/** A field that is made of one that is absent is absent itself. */
function fieldsMade(text: string, row: Row): [string, unknown][] {
  const made = [...text.matchAll(/(?:(coalesce|jsonParse)\(([^)]*)\)|([\w.@]+))(?: as (\w+))?/g)];
  return made.flatMap(([, call, args = "", plain = "", own = plain]): [string, unknown][] => {
    const values = (call ? args.split(", ") : [plain]).map((one) => /^'(.*)'$/.exec(one)?.[1] ?? row.get(one));
    const value = values.find((one) => one !== undefined);
    return value === undefined ? [] : [[own, call === "jsonParse" ? JSON.parse(value as string) : value]];
  });
}

const fieldsOfDedup = (query: readonly string[]): string[] =>
  query.flatMap((command) => (command.startsWith("dedup ") ? command.slice("dedup ".length).split(", ") : []));

const deduping = tables.filter(([, query]) => fieldsOfDedup(query).length > 0);

const HAPPENINGS: Readonly<Record<string, () => Promise<unknown>>> = {
  "everything at once": everything,
  "a halt that says not why": () => redis.writer.set("quantum:kill", "1"),
  "a sign of a halt": () => redis.writer.set("quantum:safety:cooldown_global", "1"),
  "a fault long ago": () => redis.writer.xadd("quantum:stream:safety.fault", `${NOON - 7_200_000}-0`, "side", "BUY"),
  "a fault that says nothing": () =>
    redis.writer.xadd("quantum:stream:safety.fault", `${NOON - 5000}-0`, "side", "BUY"),
  "a broken reading": () => redis.writer.set("quantum:safety:safe_mode", "maybe"),
};

// The mistake: `dedup` keeps every row that lacks one of its fields, so that one thing fills the table by itself.
test.each(deduping.flatMap(([table, query]) => Object.keys(HAPPENINGS).map((what) => [table, what, query] as const)))(
  "no row of the table %s lacks what its doubles are known by, after %s",
  async (_, what, query) => {
    const rows = rowsOf(query, await linesAfter(HAPPENINGS[what] ?? everything));

    for (const field of fieldsOfDedup(query)) {
      expect(rows.map((row) => [field, row.get(field)])).not.toContainEqual([field, undefined]);
    }
    if (what === "everything at once") expect(rows.length).toBeGreaterThan(0);
  },
);

// The mistake: a table shows the first halts of a line, and the one that stops exits is another.
test("the table of halts has a row for each halt and each sign that is on", async () => {
  const query = tables.find(([name]) => name.includes(": Which halts are on"))?.[1] ?? [];

  const rows = rowsOf(query, await linesAfter(everything));

  expect(rows.map((row) => ["key", "kind", "stops", "reason"].map((name) => row.get(name)))).toEqual([
    ["quantum:global:kill_switch", "halt", "the apply layer", "exchange is down"],
    ["quantum:churn:global_freeze", "halt", "opens", "churn"],
    ["quantum:governor:halt", "sign", "entries, by the system mode", "drawdown"],
  ]);
});

test("rows of proposals come apart into their columns, and a symbol without one keeps its name and standing", async () => {
  const logged = await linesAfter(everything);
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

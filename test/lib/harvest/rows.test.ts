import { quantumHarvestControl } from "../../../dashboards/quantum-harvest-control";
import { parseProposal, FIELDS } from "../../../lib/harvest/proposal";
import { COLUMNS, rowProperties } from "../../../lib/harvest/rows";
import type { SymbolReading } from "../../../lib/harvest/standing";
import { emfLines } from "../../../lib/publish/emf-lines";
import { MAX_LINE_BYTES } from "../../../lib/publish/limits";
import { known, unknown } from "../../../lib/reading";
import { proposal } from "../../support/harvest-keys";

const NOON = Date.parse("2026-03-01T12:00:00Z");

function live(symbol: string, changed: Record<string, string> = {}): SymbolReading {
  const fields: Record<string, string | undefined> = proposal(NOON - 12_345, changed);
  const values = FIELDS.map((name) => fields[name] ?? null);
  const one = parseProposal(symbol, values, NOON);
  return {
    symbol,
    isConfigured: true,
    standing: known("live"),
    position: known("open"),
    proposal: one,
    violations: [],
  };
}

const without = (
  symbol: string,
  standing: SymbolReading["standing"],
  position?: SymbolReading["position"],
): SymbolReading => ({
  symbol,
  isConfigured: true,
  standing,
  position,
  proposal: undefined,
  violations: [],
});

it("a row has a cell for each column, empty where nothing is known", () => {
  const { harvest_1: rows } = rowProperties([live("BTCUSDT", { kill_score: "nan", new_sl_proposed: "" })], NOON);

  expect(rows).toBe("BTCUSDT,live,open,,0,0.51,0.12,0.25,7.1,,PARTIAL_25,12.345");
  expect(String(rows).split(",")).toHaveLength(COLUMNS.split(",").length);
});

it("a symbol without proposal, or unread, has its standing and its position alone", () => {
  const { harvest_1: rows } = rowProperties(
    [
      without("A", known("nothing"), known("flat")),
      without("B", unknown("MOVED"), unknown("MOVED")),
      without("C,;", known("missing"), known("open")),
      without("D", known("nothing"), known("no key")),
      without("E", known("nothing")),
    ],
    NOON,
  );

  expect(rows).toBe("B,unread,;C__,missing,open;A,nothing,flat;D,nothing,no key;E,nothing,");
});

it("no symbol's name keeps the rows from being the list that the board's query makes of them", () => {
  const names = ['A"B', String.raw`C\D`, "E\u0000\u001b\u007fF", "G,;H", "IUSDT"];
  const table = quantumHarvestControl.panels.find(({ kind }) => kind === "table");
  const query = table?.kind === "table" ? table.query.join("\n") : "";

  const { harvest_1: rows } = rowProperties(
    names.map((name) => without(name, known("missing"))),
    NOON,
  );

  const list = `["${String(rows).replaceAll(";", '","')}"]`;
  expect(query).toContain(`concat('["', replace(harvest_1, ';', '","'), '"]') as list`);
  expect(JSON.parse(list)).toEqual(["A_B", "C_D", "E___F", "G__H", "IUSDT"].map((name) => `${name},missing,`));
});

it("an unknown action stands as UNKNOWN in its row, and in its own words beside, ten of them at most", () => {
  const all = Array.from({ length: 12 }, (_, index) => live(`COIN${index}`, { harvest_action: 'a;b,"c"' }));

  const properties = rowProperties(all, NOON);

  expect(String(properties["harvest_1"]).split(";")[0]).toContain(",UNKNOWN,");
  expect(properties["harvest_unknown_actions"]).toHaveLength(10);
  expect(properties["harvest_unknown_actions"]).toContainEqual({ symbol: "COIN0", action: '"a;b,\\"c\\""' });
});

it("5000 symbols are all on log lines within the limit, none of them twice", () => {
  const all = Array.from({ length: 5000 }, (_, index) => live(`COIN${index}USDT`));
  const at = new Date(NOON);

  const lines = emfLines({ environment: "prod", samples: [], properties: [rowProperties(all, NOON)], at, now: NOON });

  const texts = lines.flatMap((line) => Object.entries(JSON.parse(line) as Record<string, unknown>));
  const rows = texts.filter(([name]) => /^harvest_\d+$/.test(name)).flatMap(([, text]) => String(text).split(";"));
  expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(MAX_LINE_BYTES);
  expect(new Set(rows.map((row) => row.split(",")[0])).size).toBe(5000);
  expect(rows).toHaveLength(5000);
});

/** Of 5000 as they are found: scores in no order, and every tenth position closed with a score above all. */
function typicalBook(): SymbolReading[] {
  return Array.from({ length: 5000 }, (_, index) => {
    const score = ((index * 7919) % 5000) / 10_000;
    const isClosed = index % 10 === 0;
    const one = live(`COIN${index}USDT`, { kill_score: String(isClosed ? 0.9 + score / 10 : score) });
    return isClosed ? { ...one, standing: known("retired"), position: known("flat") } : one;
  });
}

it("the first property holds the live symbols with the highest kill scores of all 5000", () => {
  const all = typicalBook();

  const { harvest_1: first, ...others } = rowProperties(all, NOON);

  const cells = String(first)
    .split(";")
    .map((row) => row.split(","));
  const scores = cells.map(([, , , score]) => Number(score));
  const later = Object.values(others).flatMap((text) => String(text).split(";"));
  const laterScores = later.flatMap((row) => (row.includes(",live,") ? [Number(row.split(",")[3])] : []));
  expect(cells.length).toBeGreaterThan(550);
  expect(new Set(cells.map(([, standing]) => standing))).toEqual(new Set(["live"]));
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(Math.max(...laterScores)).toBeLessThanOrEqual(Math.min(...scores));
});

it("what is not live follows: unread, then the missing, then what is retired by its newest update", () => {
  const closed = (symbol: string, sec: number): SymbolReading => ({
    ...live(symbol, { last_update_epoch: String(NOON / 1000 - sec) }),
    standing: known("retired"),
  });
  const all = [
    without("GONE", known("missing")),
    closed("LONG", 900),
    closed("NOW", 30),
    live("OPEN", { kill_score: "" }),
  ];

  const { harvest_1: rows } = rowProperties([...all, without("MOVED", unknown("MOVED")), live("HIGH")], NOON);

  const names = String(rows)
    .split(";")
    .map((row) => row.split(",")[0]);
  expect(names).toEqual(["HIGH", "OPEN", "MOVED", "GONE", "NOW", "LONG"]);
});

it("no symbols are no properties", () => {
  expect(rowProperties([], NOON)).toEqual({});
});

import { validateEnvironment } from "../../lib/environment";
import { prod } from "../support/example-environments";
import { drawnEnvironment, drawnIn } from "./drawn-bodies";
import { linesAcross, panelOf } from "./panels";

const RED = "#d62728";
const YELLOW = "#e5b500";
const GREEN = "#2ca02c";

const symbols = drawnEnvironment("everything").symbols;
const panel = (title: string, symbol?: string) => panelOf("quantum-harvest-control", title, symbol);
const metricsOf = (title: string, symbol?: string) =>
  panel(title, symbol)["metrics"] as readonly (readonly unknown[])[];

test.each([
  ["Kill score", "quantum_harvest_kill_score"],
  ["Time since the last update", "quantum_harvest_age_seconds"],
  ["R_net", "quantum_harvest_r_net"],
  ["New stop-loss", "quantum_harvest_new_sl"],
  ["Live (1) or not (0)", "quantum_harvest_present"],
])("the panel %s has a line of each admitted symbol, named after it", (title, name) => {
  const lines = metricsOf(title).filter(([, metric]) => metric === name);

  const labels = lines.map((line) => (line.at(-1) as { label: string }).label);
  expect(labels).toEqual(symbols);
});

test("kill scores are red from 0.6 on, and an age from where it is stale", () => {
  const [score, age] = [panel("Kill score"), panel("Time since the last update")].map(linesAcross);

  expect(score?.[0]).toEqual([RED, 0.6, undefined]);
  expect(age).toEqual([[RED, 150, "above"]]);
});

test("R_net is red below 3, also below zero, yellow up to 7 and green above", () => {
  const drawn = panel("R_net");

  expect(linesAcross(drawn)).toEqual([
    [RED, 3, "below"],
    [YELLOW, 7, 3],
    [GREEN, 7, "above"],
  ]);
  expect(drawn["yAxis"]).toBeUndefined();
});

test("the components of the chosen symbol are stacked by their weights, and of no other", () => {
  const title = "Kill-score components of the chosen symbol, weighted";
  const drawn = metricsOf(title, "COIN7USDT");

  const hidden = drawn.filter((line) => line.length > 1);
  const shown = drawn.flatMap((line) => (line.length === 1 ? [line[0] as { expression: string; label: string }] : []));
  expect(hidden.map(([, name, , , , symbol]) => [name, symbol])).toEqual([
    ["quantum_harvest_k_regime_flip", "COIN7USDT"],
    ["quantum_harvest_k_sigma_spike", "COIN7USDT"],
    ["quantum_harvest_k_ts_drop", "COIN7USDT"],
    ["quantum_harvest_k_age_penalty", "COIN7USDT"],
  ]);
  expect(hidden.map((line) => line.at(-1))).toEqual(
    ["m0", "m1", "m2", "m3"].map((id) => expect.objectContaining({ id, visible: false }) as unknown),
  );
  expect(shown.map(({ expression }) => expression)).toEqual(["m0 * 2", "m1 * 1.5", "m2 * 2.5", "m3 * 0.5"]);
  expect(panel(title)["stacked"]).toBe(true);
});

test("the weights are the environment's", () => {
  const kernels = { regimeFlip: 1, sigmaSpike: 0.5, tsDrop: 0.5, agePenalty: 0.3 };
  const environment = validateEnvironment({ ...prod, harvest: { weights: kernels } });

  const widgets = drawnIn(environment)[1]?.body.widgets ?? [];

  const found = widgets.find(({ properties }) => String(properties["title"]).endsWith("weighted"));
  expect(JSON.stringify(found).match(/m\d \* [\d.]+/g)).toEqual(["m0 * 1", "m1 * 0.5", "m2 * 0.5", "m3 * 0.3"]);
  expect(JSON.stringify(found)).toContain("age × 0.3");
});

test("the symbol is chosen among the admitted ones, and the first of them at first", () => {
  const { body } = drawnIn(drawnEnvironment("everything"))[1] ?? {};

  const variable = body?.variables.find(({ id }) => id === "symbol");

  expect(variable).toMatchObject({ inputType: "select", values: symbols.map((value) => ({ value })) });
  expect(variable?.defaultValue).toBe(symbols[0]);
});

test("the table shows the newest row of live symbols with when it was seen, the highest kill score first", () => {
  const { query, view } = panel("Live proposals: the highest scores");

  const commands = String(query).split("\n| ");
  expect(view).toBe("table");
  expect(commands.slice(-3)).toEqual(['filter state = "live"', "sort score desc", "limit 100"]);
  for (const column of ["kill_score", "r_net", "new_sl", "action", "k_regime_flip", "k_ts_drop", "@timestamp"]) {
    expect(query).toContain(`latest(${column}) as `);
  }
});

test("an environment that publishes only what is alarmed keeps kill scores and ages, and the table", () => {
  const { body } = drawnIn(drawnEnvironment("alarmed-only"))[1] ?? {};

  const titles = body?.widgets.flatMap(({ properties }) => properties["title"] ?? []);

  expect(titles).toEqual([
    "Alarms",
    "Kill score",
    "Time since the last update",
    "Live proposals: the highest scores",
    "Symbols",
    "Live (1) or not (0)",
    "Samples a minute",
  ]);
});

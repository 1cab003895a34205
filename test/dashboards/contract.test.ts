import Ajv from "ajv";

import { rules } from "../../alarms";
import { boards } from "../../dashboards";
import type { Widget } from "../../dashboards/body";
import { offBoard } from "../../dashboards/off-board";
import { publishedMetrics } from "../../lib/collectors";
import type { Metric } from "../../lib/metric";
import { alarmNamesOf } from "../../lib/rules/labels";
import { BOARD_NAMES, dashboardName } from "../../lib/rules/names";
import schema from "../fixtures/dashboard-body.schema.json";
import { chosen, type Drawn, drawnEnvironment, drawnEnvironments, drawnIn } from "./drawn-bodies";
import { namedOn, publishedAs, publishedIn } from "./named-metrics";

/** Of the metrics of all widgets together (CloudWatch's quotas). */
const MOST_METRICS = 2500;
/** Of a search expression, and of those on one graph (CloudWatch's search expression limits). */
const MOST_SEARCH_CHARACTERS = 1024;
const MOST_SEARCHES = 5;
/** A template takes a megabyte, and a board is one resource among hundreds. */
const MOST_BODY_BYTES = 150_000;

const validate = new Ajv({ strictTypes: false }).compile(schema);
const drawn = drawnEnvironments.flatMap((environment) => drawnIn(environment));
const each = drawn.map((one) => [dashboardName(one.environment.name, one.board), one] as const);

const linesOf = ({ properties }: Widget): readonly unknown[] => (properties["metrics"] ?? []) as readonly unknown[];

/** Widgets with each of the symbols that can be chosen. */
function inEachChoice({ body }: Drawn): readonly Widget[] {
  const symbols = body.variables.find(({ id }) => id === "symbol")?.values;
  return symbols === undefined ? body.widgets : symbols.flatMap(({ value }) => chosen(body, "symbol", value));
}

const namesIn = (environment: string) => drawnIn(drawnEnvironment(environment)).map(({ board }) => board);

/** Sentences that stand in a panel's place. */
const toldIn = (environment: string) =>
  drawnIn(drawnEnvironment(environment)).flatMap(({ body }) =>
    body.widgets.flatMap(
      ({ properties }) => /\n\n(\S+ (?:publishes|does not).*)$/.exec(String(properties["markdown"]))?.[1] ?? [],
    ),
  );

/** Where missing symbols are drawn. */
const missingSymbolsIn = (environment: string) =>
  drawnIn(drawnEnvironment(environment))
    .flatMap(({ body }) => body.widgets.flatMap(namedOn))
    .filter(({ name }) => name === "quantum_harvest_missing_symbols");

test("every name that a board can have is a board, once, in this order", () => {
  const names = boards.map(({ name }) => name);

  expect(names).toEqual([...BOARD_NAMES]);
});

test("an environment has the first board, and those of what it collects", () => {
  const [everything, dev, streamsOnly] = ["everything", "dev", "streams-only"].map(namesIn);

  expect(everything).toEqual([...BOARD_NAMES]);
  expect(dev).toEqual([...BOARD_NAMES]);
  expect(streamsOnly).toEqual(["quantum-safety", "redis"]);
});

describe.each(each)("%s", (name, one) => {
  const { board, environment, body } = one;

  test("is a body as CloudWatch documents it, under a name that it takes", () => {
    const isValid = validate(body);

    expect([isValid, validate.errors]).toEqual([true, null]);
    expect(name).toMatch(/^[A-Za-z0-9_-]{1,255}$/);
  });

  test("is within the limits of metrics, of searches and of a template", () => {
    const counts = body.widgets.map((widget) => linesOf(widget).length);
    const searches = body.widgets.map((widget) => namedOn(widget).flatMap(({ search }) => search ?? []));

    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(MOST_METRICS);
    expect(Math.max(...searches.map((all) => all.length))).toBeLessThanOrEqual(MOST_SEARCHES);
    expect(Math.max(0, ...searches.flat().map(({ length }) => length))).toBeLessThanOrEqual(MOST_SEARCH_CHARACTERS);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(MOST_BODY_BYTES);
  });

  test("draws only what is published there under exactly these dimensions, read by its own statistic", () => {
    const named = inEachChoice(one).flatMap(namedOn);

    const strange = named.filter((metric) => publishedAs(metric, environment) === undefined);
    expect(strange).toEqual([]);
    for (const metric of named) {
      expect([publishedAs(metric, environment)?.read, "SampleCount"]).toContain(metric.stat);
    }
  });

  test("tells lines apart by what was looked for", () => {
    const searches = body.widgets.flatMap(linesOf).flatMap((line) => {
      const [{ expression = "", label = "" } = {}] = line as readonly { expression?: string; label?: string }[];
      return expression.startsWith("SEARCH(") ? [{ expression, label }] : [];
    });

    for (const { expression, label } of searches) {
      const shown = [...label.matchAll(/\$\{PROP\('Dim\.(\w+)'\)\}/g)].map(([, dimension]) => dimension);
      expect(shown.length).toBeGreaterThan(0);
      expect(expression).toContain(`{QuantumTrader,Environment,${shown.join(",")}}`);
    }
  });

  test("shows in its row the alarm of every rule that refers to it", () => {
    const shown = body.widgets.flatMap(({ properties }) => (properties["alarms"] ?? []) as readonly string[]);

    const expected = rules.filter((rule) => rule.board === board).flatMap((rule) => alarmNamesOf(rule, environment));
    const names = shown.map((arn) => arn.split(":").at(-1));
    expect(names).toEqual(expect.arrayContaining(expected));
    expect(body.widgets.slice(0, 2).map(({ type }) => type)).toEqual(["text", "alarm"]);
  });

  test("becomes another environment's as a whole when that one is chosen", () => {
    const widgets = chosen(body, "environment", "another").filter(({ type }) => type !== "text");

    const text = JSON.stringify(widgets);
    expect(text).not.toContain(`"${environment.name}"`);
    expect(text).not.toContain(`alarm:${environment.name}-`);
    expect(text).not.toContain(`/quantum-watch/${environment.name}/`);
    expect(chosen(body, "environment", environment.name)).toEqual(body.widgets);
  });
});

test("every published metric is on a board, or off it for a reason", () => {
  const shown = new Set<Metric | undefined>(
    drawn.flatMap((one) =>
      inEachChoice(one)
        .flatMap(namedOn)
        .map((named) => publishedAs(named, one.environment)),
    ),
  );

  const missing = publishedMetrics.filter((metric) => !shown.has(metric) && !offBoard.has(metric));
  expect(missing.map(({ name, labels }) => [name, ...labels].join(" "))).toEqual([]);
  expect([...offBoard.keys()].filter((metric) => shown.has(metric))).toEqual([]);
});

test("what a board does not draw for want of a tier or a family is told in the panel's place", () => {
  const [everything, alarmedOnly, streamsOnly] = ["everything", "alarmed-only", "streams-only"].map(toldIn);

  expect(everything).toEqual([]);
  expect([...new Set(alarmedOnly)]).toEqual([
    "alarmed-only publishes what alarms read and no more; this is in its log.",
  ]);
  expect([...new Set(streamsOnly)]).toEqual([
    "streams-only does not collect safety.",
    "streams-only does not collect redis.",
  ]);
});

test("an environment that shares the symbols adds its counts up over the parts", () => {
  const [whole, inParts] = ["everything", "in-parts"].map(missingSymbolsIn);

  expect(whole?.map(({ dimensions }) => dimensions)).toEqual([["Environment"]]);
  expect(inParts?.map(({ search }) => search)).toEqual([
    `SUM(SEARCH('{QuantumTrader,Environment,Part} MetricName="quantum_harvest_missing_symbols" Environment="in-parts"', 'Maximum', 30))`,
  ]);
  expect(publishedIn(drawnEnvironment("in-parts")).some(({ labels }) => labels.includes("Part"))).toBe(true);
});

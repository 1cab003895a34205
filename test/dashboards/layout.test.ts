import type { Board, Panel, Place } from "../../dashboards/board";
import { checkLayout } from "../../dashboards/layout";
import { ConfigError } from "../../lib/errors";

const panel = (place: Place): Panel => ({ kind: "text", markdown: "", runbooksOf: [], place });
const board = (...places: Place[]): Board => ({
  name: "quantum-safety",
  purpose: "",
  panels: places.map((place) => panel(place)),
});

test("panels that touch do not overlap", () => {
  const touching = board(
    { x: 0, y: 0, width: 12, height: 6 },
    { x: 12, y: 0, width: 12, height: 6 },
    { x: 0, y: 6, width: 24, height: 1 },
  );

  expect(() => checkLayout(touching)).not.toThrow();
});

test("panels that share one field are named by their places", () => {
  const overlapping = board({ x: 0, y: 0, width: 13, height: 6 }, { x: 12, y: 5, width: 12, height: 6 });

  expect(() => checkLayout(overlapping)).toThrow(
    new ConfigError("quantum-safety: the panels at column 0, row 0 and column 12, row 5 overlap"),
  );
});

test.each<[string, Place]>([
  ["beyond the last column", { x: 20, y: 0, width: 5, height: 1 }],
  ["without width", { x: 0, y: 0, width: 0, height: 1 }],
  ["without height", { x: 0, y: 0, width: 1, height: 0 }],
  ["higher than a widget can be", { x: 0, y: 0, width: 1, height: 1001 }],
  ["left of the grid", { x: -1, y: 0, width: 1, height: 1 }],
  ["between two columns", { x: 0.5, y: 0, width: 1, height: 1 }],
])("a panel %s is refused", (_, place) => {
  expect(() => checkLayout(board(place))).toThrow(ConfigError);
});

test("a dashboard takes 500 panels and no more", () => {
  const places = Array.from({ length: 501 }, (_, y) => ({ x: 0, y, width: 24, height: 1 }));

  expect(() => checkLayout(board(...places.slice(1)))).not.toThrow();
  expect(() => checkLayout(board(...places))).toThrow("has 501 panels");
});

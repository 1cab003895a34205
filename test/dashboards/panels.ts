import { chosen, drawnEnvironment, drawnIn } from "./drawn-bodies";
import type { Widget } from "../../dashboards/body";
import type { BoardName } from "../../lib/rules/names";

/** A panel of a board, as it is drawn in an environment that collects everything. */
export function panelOf(board: BoardName, title: string, symbol?: string): Widget["properties"] {
  const body = drawnIn(drawnEnvironment("everything")).find((one) => one.board === board)?.body;
  if (body === undefined) throw new Error(`there is no board ${board}`);
  const widgets = symbol === undefined ? body.widgets : chosen(body, "symbol", symbol);
  const found = widgets.filter(({ properties }) => properties["title"] === title);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} panels are titled ${title}`);
  return found[0].properties;
}

/** The values at which a panel changes its colour, with the way in which it is filled. */
export function linesAcross(panel: Widget["properties"]): readonly unknown[] {
  const { horizontal = [] } = (panel["annotations"] ?? {}) as { horizontal?: readonly unknown[] };
  return horizontal.map((one) => {
    const line = (Array.isArray(one) ? one[0] : one) as { value: number; color: string; fill?: string };
    const lower = Array.isArray(one) ? (one[1] as { value: number }).value : undefined;
    return [line.color, line.value, lower ?? line.fill];
  });
}

import type { ValidatedEnvironment } from "../lib/environment";
import type { Tier } from "../lib/metric";
import { alarmNamesOf } from "../lib/rules/labels";
import { runbookUrl } from "../lib/rules/links";
import type { Board, Panel, Series } from "./board";
import { checkLayout } from "./layout";
import { flagProperties, gaugeProperties, graphProperties, metricOf, valueProperties } from "./metric-widget";

/** What the widgets of one environment refer to. */
export interface BoardSetting {
  readonly environment: ValidatedEnvironment;
  /** The log groups of the functions that collect. */
  readonly logGroups: readonly string[];
  /** ARN of the alarm of this name; a token of a template will do. */
  readonly alarmArn: (name: string) => string;
}

/** One widget as CloudWatch's dashboard body has it. */
export interface Widget {
  readonly type: "metric" | "log" | "alarm" | "text";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** CloudWatch's dashboard body, before it is made a string. */
export interface DashboardBody {
  readonly start: string;
  readonly periodOverride: "inherit";
  readonly widgets: readonly Widget[];
}

/** Range that a board opens with. */
const START = "-PT1H";
const TIERS: readonly Tier[] = ["alarmed", "boarded", "logged"];

/** A board as CloudWatch takes it; throws ConfigError where its panels do not fit the grid. */
export function dashboardBody(board: Board, setting: BoardSetting): DashboardBody {
  checkLayout(board);
  return {
    start: START,
    // Else CloudWatch stretches the periods with the range, and a 10 s window would be drawn as a minute.
    periodOverride: "inherit",
    widgets: board.panels.map((panel) => ({ ...panel.place, ...content(panel, setting) })),
  };
}

function content(panel: Panel, setting: BoardSetting): Pick<Widget, "type" | "properties"> {
  const { environment, logGroups, alarmArn } = setting;
  switch (panel.kind) {
    case "text": {
      const links = panel.runbooksOf.map((rule) => `[${rule.name}](${runbookUrl(environment.runbooks, rule)})`);
      return text([panel.markdown, `Runbooks: ${links.join(" · ")}`].join("\n\n"));
    }
    case "alarms": {
      const alarms = panel.rules.flatMap((rule) => alarmNamesOf(rule, environment)).map(alarmArn);
      return { type: "alarm", properties: { title: panel.title, alarms } };
    }
    case "table": {
      const query = [logGroups.map((group) => `SOURCE '${group}'`).join(" | "), ...panel.query].join("\n| ");
      return { type: "log", properties: { title: panel.title, region: environment.region, view: "table", query } };
    }
    case "flag":
    case "gauge":
    case "value":
    case "graph":
      return metricWidget(panel, environment);
  }
}

type MetricPanel = Extract<Panel, { kind: "flag" | "gauge" | "value" | "graph" }>;

function metricWidget(panel: MetricPanel, environment: ValidatedEnvironment): Pick<Widget, "type" | "properties"> {
  const all: readonly Series[] = "rule" in panel || panel.kind === "gauge" ? [panel.series] : panel.series;
  const shown = all.filter(({ metric }) => TIERS.indexOf(metric.tier) <= TIERS.indexOf(environment.tier));
  if (shown.length === 0) {
    return text(
      `**${panel.title}**\n\n${environment.name} publishes what alarms read and no more; this is in its log.`,
    );
  }
  const properties = {
    title: panel.title,
    region: environment.region,
    metrics: shown.map((one) => metricOf(one, environment.name)),
    // Without it the newest minute, which is the one that matters, is not shown.
    liveData: true,
    ...drawing(panel, environment),
  };
  return { type: "metric", properties };
}

function drawing(panel: MetricPanel, environment: ValidatedEnvironment): Readonly<Record<string, unknown>> {
  switch (panel.kind) {
    case "flag":
      return flagProperties(panel.rule, environment);
    case "gauge":
      return gaugeProperties(panel.bands, panel.max);
    case "value":
      return valueProperties();
    case "graph":
      return graphProperties(panel.period, panel.bands ?? []);
  }
}

const text = (markdown: string): Pick<Widget, "type" | "properties"> => ({ type: "text", properties: { markdown } });

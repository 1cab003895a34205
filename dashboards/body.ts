import type { ValidatedEnvironment } from "../lib/environment";
import { ConfigError } from "../lib/errors";
import { alarmNamesOf } from "../lib/rules/labels";
import { runbookUrl } from "../lib/rules/links";
import type { Rule } from "../lib/rules/rule";
import type { Board, Panel, Period, Series } from "./board";
import { checkLayout } from "./layout";
import { linesOf } from "./metric-lines";
import { flagProperties, gaugeProperties, graphProperties, NEWEST_SEC, valueProperties } from "./metric-widget";
import { whyAbsent } from "./published";
import { type Variable, variablesOf } from "./variables";

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

type Content = Pick<Widget, "type" | "properties">;

/** CloudWatch's dashboard body, before it is made a string. */
export interface DashboardBody {
  readonly start: string;
  readonly periodOverride: "inherit";
  readonly variables: readonly Variable[];
  readonly widgets: readonly Widget[];
}

/** Range that a board opens with. */
const START = "-PT1H";
/** An alarm status widget takes so many. */
const MOST_ALARMS = 100;

/** A board as CloudWatch takes it; throws ConfigError where its panels do not fit the grid. */
export function dashboardBody(board: Board, setting: BoardSetting): DashboardBody {
  checkLayout(board);
  return {
    start: START,
    // Else CloudWatch stretches the periods with the range, and a 10 s window would be drawn as a minute.
    periodOverride: "inherit",
    variables: variablesOf(board, setting.environment),
    widgets: board.panels.map((panel) => ({ ...panel.place, ...content(panel, setting) })),
  };
}

function content(panel: Panel, setting: BoardSetting): Content {
  const { environment, logGroups } = setting;
  switch (panel.kind) {
    case "text": {
      const links = panel.runbooksOf.map((rule) => `[${rule.name}](${runbookUrl(environment.runbooks, rule)})`);
      return text([panel.markdown, `Runbooks: ${links.join(" · ")}`].join("\n\n"));
    }
    case "note":
      return text(`**${panel.title}**\n\n${panel.says}`);
    case "alarms":
      return alarmsWidget(panel.title, panel.rules, setting);
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

function alarmsWidget(title: string, rules: readonly Rule[], { environment, alarmArn }: BoardSetting): Content {
  const names = rules.flatMap((rule) => alarmNamesOf(rule, environment));
  if (names.length > MOST_ALARMS) {
    throw new ConfigError(`${environment.name}: a board shows ${names.length} alarms, and takes ${MOST_ALARMS}`);
  }
  if (names.length === 0) return text(`**${title}**\n\n${environment.name} has none of these.`);
  return { type: "alarm", properties: { title, alarms: names.map(alarmArn) } };
}

type MetricPanel = Extract<Panel, { kind: "flag" | "gauge" | "value" | "graph" }>;

function metricWidget(panel: MetricPanel, environment: ValidatedEnvironment): Content {
  const all: readonly Series[] = panel.kind === "flag" || panel.kind === "gauge" ? [panel.series] : panel.series;
  const absent = all.map(({ metric }) => whyAbsent(metric, environment));
  const shown = all.filter((_, place) => absent[place] === undefined);
  if (shown.length === 0) return text(`**${panel.title}**\n\n${absent[0] ?? ""}`);
  const period: Period = panel.kind === "graph" ? panel.period : NEWEST_SEC;
  const properties = {
    title: panel.title,
    region: environment.region,
    metrics: linesOf(shown, environment, period),
    // Without it the newest minute, which is the one that matters, is not shown.
    liveData: true,
    ...drawing(panel, environment),
  };
  return { type: "metric", properties };
}

function drawing(panel: MetricPanel, environment: ValidatedEnvironment): Readonly<Record<string, unknown>> {
  switch (panel.kind) {
    case "flag":
      return flagProperties(panel.rule, panel.series.metric, environment);
    case "gauge":
      return gaugeProperties(panel.bands, panel.max);
    case "value":
      return valueProperties();
    case "graph":
      return graphProperties(panel, environment);
  }
}

const text = (markdown: string): Content => ({ type: "text", properties: { markdown } });

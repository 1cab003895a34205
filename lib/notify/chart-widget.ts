import type { Dimension, MetricAlarm, MetricDataQuery } from "@aws-sdk/client-cloudwatch";

/** Long enough for what was usual before, short enough for points of less than a minute: those are kept for three hours. */
const START = "-PT3H";
/** Pixels: legible on a telephone, and what the API draws by default is not wider. */
const WIDTH = 800;
const HEIGHT = 400;

/** The chart of an alarm on metrics, with its threshold, as GetMetricWidgetImage takes it; undefined for any other alarm. */
export function chartWidget(alarm: MetricAlarm): string | undefined {
  const { AlarmName: title = "", Threshold: value, MetricName: name, Metrics: queries = [] } = alarm;
  const metrics = name === undefined ? queries.map(queried) : [single(alarm)];
  if (metrics.length === 0) return undefined;
  const threshold = value === undefined ? {} : { annotations: { horizontal: [{ label: "alarm", value }] } };
  return JSON.stringify({ title, metrics, ...threshold, start: START, end: "PT0H", width: WIDTH, height: HEIGHT });
}

function single({ Namespace, MetricName, Dimensions, Statistic, ExtendedStatistic, Period: period }: MetricAlarm) {
  const stat = Statistic ?? ExtendedStatistic;
  return [Namespace, MetricName, ...flat(Dimensions), { ...(stat ? { stat } : {}), ...(period ? { period } : {}) }];
}

/** One query of metric math; what is only reckoned with is not drawn. */
function queried({ Id: id, Label, Expression, MetricStat, ReturnData: visible = true, Period }: MetricDataQuery) {
  const period = MetricStat?.Period ?? Period;
  const shown = { id, visible, ...(Label ? { label: Label } : {}), ...(period ? { period } : {}) };
  if (MetricStat === undefined) return [{ expression: Expression, ...shown }];
  const { Metric: { Namespace, MetricName, Dimensions } = {}, Stat: stat } = MetricStat;
  return [Namespace, MetricName, ...flat(Dimensions), { ...shown, stat }];
}

const flat = (dimensions: readonly Dimension[] = []): (string | undefined)[] =>
  dimensions.flatMap(({ Name, Value }) => [Name, Value]);

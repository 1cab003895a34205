import type { Trigger } from "./alarm-event";
import { type Json, JsonReader } from "./json-reader";

/** What an alarm looked at and found: from the message's own members, and the values from CloudWatch's sentence. */
export function triggerOf(root: JsonReader, reason: string): { trigger?: Trigger; values: readonly number[] } {
  const values = valuesIn(reason);
  const data = new JsonReader(reasonData(root));
  const threshold = root.number("Trigger", "Threshold") ?? data.number("threshold");
  const metric = root.text("Trigger", "MetricName") ?? queried(root);
  if (metric === undefined) return { values };
  const comparison = root.text("Trigger", "ComparisonOperator");
  const period = root.number("Trigger", "Period") ?? data.number("period");
  const trigger = {
    metric,
    ...(threshold === undefined ? {} : { threshold }),
    ...(comparison === undefined ? {} : { comparison }),
    ...(period === undefined ? {} : { period }),
  };
  return { trigger, values };
}

/** The values that CloudWatch's sentence lists, newest first: `[32.6 (03/07/25 08:29:00), 1.0E7 (…)]`. */
export function valuesIn(reason: string): number[] {
  const lists = Array.from(reason.matchAll(/\[([^[\]]*)\]/g), ([, list = ""]) => list);
  const list = lists.find((one) => /\(\d\d\/\d\d\/\d\d /.test(one)) ?? "";
  return Array.from(list.matchAll(/(?<![\d.])(-?[\d.]+(?:E-?\d+)?) \(/g), ([, number]) => Number(number)).filter(
    Number.isFinite,
  );
}

/** The query whose data are compared, of an alarm by metric math; the only one, of an alarm on one metric. */
function queried(root: JsonReader): string | undefined {
  const queries = [
    ...root.list("Trigger", "Metrics"),
    ...root.list("alarmData", "configuration", "metrics"),
    ...root.list("detail", "configuration", "metrics"),
  ].map((query) => new JsonReader(query));
  const returned = queries.find((query) => (query.at("ReturnData") ?? query.at("returnData")) === true) ?? queries[0];
  return returned === undefined ? undefined : nameOf(returned);
}

function nameOf(query: JsonReader): string | undefined {
  return (
    query.text("Label") ??
    query.text("label") ??
    query.text("MetricStat", "Metric", "MetricName") ??
    query.text("metricStat", "metric", "name") ??
    query.text("Expression") ??
    query.text("expression")
  );
}

function reasonData(root: JsonReader): Json {
  const text = root.text("alarmData", "state", "reasonData") ?? root.text("detail", "state", "reasonData");
  try {
    return JSON.parse(text ?? "null") as Json;
  } catch {
    return undefined;
  }
}

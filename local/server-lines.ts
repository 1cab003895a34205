import { commandRate, connectedClients, hitRatio, memoryMax, memoryUsed } from "../lib/collectors/redis-server";
import {
  groupLag,
  groupLost,
  groupMissing,
  groupOldestPending,
  groupPending,
  groupStuck,
  streamMissing,
} from "../lib/collectors/streams";
import type { Metric, Sample } from "../lib/metric";
import { format, type Palette, printable } from "./terminal";

export interface ServerLine {
  readonly text: string;
  /** False where it tells of something that is missing or lost. */
  readonly isWell: boolean;
}

/** What a slot says of the Redis server and of consumer groups: a line each, none without their collectors. */
export function serverReport(samples: readonly Sample[], colour: Palette): ServerLine[] {
  const isLost = samples.some(({ metric, value }) => metric === groupLost && value === 1);
  const lines = [
    { text: serverText(samples), isWell: true },
    ...groupsText(samples, colour).map((text) => ({ text, isWell: !isLost })),
    ...missingText(samples, colour).map((text) => ({ text, isWell: false })),
  ];
  return lines.filter(({ text }) => text !== "");
}

/** The same as text only. */
export const serverLines = (samples: readonly Sample[], colour: Palette): string[] =>
  serverReport(samples, colour).map(({ text }) => text);

const MEGABYTE = 1024 * 1024;

function serverText(samples: readonly Sample[]): string {
  const value = (metric: Metric): number | undefined => valueOf(samples.find((one) => one.metric === metric));
  const [used, max, clients] = [value(memoryUsed), value(memoryMax), value(connectedClients)];
  const [commands, ratio] = [value(commandRate), value(hitRatio)];
  const memory =
    used === undefined ? undefined : `${format(used / MEGABYTE)}${max ? ` of ${format(max / MEGABYTE)}` : ""} MB`;
  const parts = [
    memory,
    clients === undefined ? undefined : `${clients} ${clients === 1 ? "client" : "clients"}`,
    commands === undefined ? undefined : `${format(commands)} commands/s`,
    ratio === undefined ? undefined : `${format(100 * ratio)} % hits`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "" : `server: ${parts.join(" · ")}`;
}

function groupsText(samples: readonly Sample[], colour: Palette): string[] {
  const groups = samples.filter(({ metric }) => metric === groupPending);
  if (groups.length === 0) return [];
  return [`groups: ${groups.map((group) => groupText(samples, group, colour)).join(" · ")}`];
}

/** What an environment expects and is not there. */
function missingText(samples: readonly Sample[], colour: Palette): string[] {
  const of = (metric: Metric): readonly Sample["labels"][] =>
    samples.filter((one) => one.metric === metric && one.value === 1).map(({ labels }) => labels);
  const missing = [
    ...of(streamMissing).map(({ Stream: stream }) => `stream ${stream}`),
    ...of(groupMissing).map(({ Stream: stream, Group: group }) => `group ${group} of ${stream}`),
  ];
  return missing.length === 0 ? [] : [colour.bad(`MISSING: ${printable(missing.join(" · "))}`)];
}

function groupText(samples: readonly Sample[], { labels }: Sample, colour: Palette): string {
  const value = (metric: Metric): number | undefined =>
    valueOf(samples.find((one) => one.metric === metric && isOf(one, labels)));
  const name = printable(`${labels["Group"]} of ${labels["Stream"]}`);
  const lag = value(groupLag);
  const pending = value(groupPending) ?? 0;
  const oldest = pending === 0 ? "" : ` (for ${format(value(groupOldestPending) ?? 0)} s)`;
  const text = `${name} ${lag === undefined ? "lag not known" : `lag ${lag}`}, ${pending} pending${oldest}`;
  const stuck = value(groupStuck) ?? 0;
  const withStuck = stuck === 0 ? text : `${text}, ${colour.warn(`${stuck} left by a dead consumer`)}`;
  return value(groupLost) === 1 ? colour.bad(`${text}, ENTRIES LOST`) : withStuck;
}

const isOf = ({ labels }: Sample, others: Sample["labels"]): boolean =>
  labels["Stream"] === others["Stream"] && labels["Group"] === others["Group"];

const valueOf = (found: Sample | undefined): number | undefined =>
  typeof found?.value === "number" ? found.value : undefined;

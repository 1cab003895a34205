import { ENVIRONMENT_DIMENSION, NAMESPACE, type Properties, type Sample } from "../metric";
import { chunked, type Dimensions, dimensionsOf, fitting, leftOut, totalCount, valuesEach, writtenOut } from "./fits";
import { MAX_LINE_BYTES, MAX_METRICS_PER_DIRECTIVE, MAX_PROPERTY_NAME_LENGTH, MAX_VALUES_PER_ARRAY } from "./limits";

/** What goes into the lines of one slot. */
export interface Batch {
  readonly environment: string;
  readonly samples: readonly Sample[];
  /** Sets of properties; where two claim one name, the earlier set keeps it. */
  readonly properties: readonly Properties[];
  readonly at: Date;
  /** The publisher's clock in milliseconds. */
  readonly now: number;
}

/** A log line under way: JSON without its closing brace, and its size with it. */
interface Line {
  readonly names: ReadonlySet<string>;
  text: string;
  bytes: number;
}

/** All samples of one time and dimension set, the numbers of each metric together. */
interface Group {
  readonly at: number;
  readonly dimensions: Dimensions;
  readonly series: Map<string, { name: string; definition: string; numbers: number[] }>;
}

/** At most an array's worth of one metric's numbers, as its definition and its root member. */
interface Piece {
  readonly name: string;
  readonly definition: string;
  readonly member: string;
  /** Of both, with the comma before each. */
  readonly bytes: number;
}

const bytesOf = (text: string) => Buffer.byteLength(text);
const memberOf = (name: string, json: string) => `${JSON.stringify(name)}:${json}`;

/**
 * Log lines (without newline) that carry the samples as embedded metrics: one line a time and dimension set, more where
 * a limit demands it. Properties ride on the line of `{Environment}` at the slot, or on plain JSON lines of their own.
 */
export function emfLines({ environment, samples, properties, at, now }: Batch): string[] {
  const { fit, unfit } = fitting(samples, environment, now);
  const { groups, thinned } = grouped(fit, environment);
  const lines = new Map(Array.from(groups, ([key, group]) => [key, metricLines(group)]));
  const carrier = lines.get(groupKey(at.getTime(), [[ENVIRONMENT_DIMENSION, environment]]))?.[0];
  const notes = {
    ...(unfit.length > 0 ? { left_out: leftOut(unfit) } : {}),
    ...(thinned.length > 0 ? { thinned } : {}),
  };
  const plain = JSON.stringify({ timestamp: at.toISOString(), [ENVIRONMENT_DIMENSION]: environment }).slice(0, -1);
  const further = addProperties([notes, ...properties].flatMap(Object.entries), carrier, plain);
  return [...[...lines.values()].flat(), ...further].map(({ text }) => `${text}}`);
}

function grouped(samples: readonly Sample[], environment: string): { groups: Map<string, Group>; thinned: object[] } {
  const most = valuesEach(samples);
  const groups = new Map<string, Group>();
  const thinned: object[] = [];
  for (const sample of samples) {
    const { name, unit: Unit, resolution: StorageResolution } = sample.metric;
    const dimensions = dimensionsOf(sample, environment);
    const key = groupKey(sample.at.getTime(), dimensions);
    const group = groups.get(key) ?? { at: sample.at.getTime(), dimensions, series: new Map() };
    groups.set(key, group);
    const definition = JSON.stringify({ Name: name, Unit, StorageResolution });
    const series = group.series.get(definition) ?? { name, definition, numbers: [] };
    group.series.set(definition, series);
    const numbers = writtenOut(sample.value, most);
    series.numbers.push(...numbers);
    const count = totalCount(sample.value);
    if (count > numbers.length) thinned.push({ name, labels: sample.labels, count, published: numbers.length });
  }
  return { groups, thinned };
}

function groupKey(at: number, dimensions: Dimensions): string {
  return JSON.stringify([at, dimensions]);
}

/** The lines of one group; a metric with more numbers than an array takes goes on over further lines. */
function metricLines({ at, dimensions, series }: Group): Line[] {
  const directiveBytes = bytesOf(directiveOf(dimensions, []));
  // The closing brace that `openText` lacks weighs as much as the comma that the first definition does not need.
  const emptyBytes = bytesOf(openText(at, dimensions, []));
  const lines: { pieces: Piece[]; names: Set<string>; bytes: number }[] = [];
  for (const piece of Array.from(series.values(), piecesOf).flat()) {
    const cost = ({ pieces }: { pieces: readonly Piece[] }) =>
      piece.bytes + (pieces.length % MAX_METRICS_PER_DIRECTIVE === 0 ? directiveBytes : 0);
    let line = lines.find((each) => !each.names.has(piece.name) && each.bytes + cost(each) <= MAX_LINE_BYTES);
    if (line === undefined) lines.push((line = { pieces: [], names: new Set(), bytes: emptyBytes }));
    line.bytes += cost(line);
    line.pieces.push(piece);
    line.names.add(piece.name);
  }
  return lines.map(({ pieces, names, bytes }) => ({ text: openText(at, dimensions, pieces), names, bytes }));
}

function openText(at: number, dimensions: Dimensions, pieces: readonly Piece[]): string {
  const directives = chunked(pieces, MAX_METRICS_PER_DIRECTIVE).map((chunk) => directiveOf(dimensions, chunk));
  const members = [
    ...dimensions.map(([name, value]) => memberOf(name, JSON.stringify(value))),
    ...pieces.map(({ member }) => member),
  ];
  return `{"_aws":{"Timestamp":${at},"CloudWatchMetrics":[${directives.join(",")}]},${members.join(",")}`;
}

function directiveOf(dimensions: Dimensions, pieces: readonly Piece[]): string {
  const names = JSON.stringify([dimensions.map(([name]) => name)]);
  const definitions = pieces.map(({ definition }) => definition).join(",");
  return `{"Namespace":"${NAMESPACE}","Dimensions":${names},"Metrics":[${definitions}]}`;
}

function piecesOf({ name, definition, numbers }: { name: string; definition: string; numbers: number[] }): Piece[] {
  return chunked(numbers, MAX_VALUES_PER_ARRAY).map((chunk) => {
    const member = memberOf(name, JSON.stringify(chunk.length === 1 ? chunk[0] : chunk));
    return { name, definition, member, bytes: bytesOf(definition) + bytesOf(member) + 2 };
  });
}

/** Puts properties on the carrier, those that find no room on it on further plain lines, and returns these. */
function addProperties(entries: readonly [string, unknown][], carrier: Line | undefined, plain: string): Line[] {
  const further: Line[] = [];
  const taken = new Set([...(carrier?.names ?? []), "_aws", "timestamp", ENVIRONMENT_DIMENSION]);
  const place = (member: string): boolean => {
    const added = bytesOf(member) + 1;
    const open = [...(carrier === undefined ? [] : [carrier]), ...further];
    let line = open.find(({ bytes }) => bytes + added <= MAX_LINE_BYTES);
    if (line === undefined) {
      line = { names: new Set(), text: plain, bytes: bytesOf(plain) + 1 };
      if (line.bytes + added > MAX_LINE_BYTES) return false;
      further.push(line);
    }
    line.text += `,${member}`;
    line.bytes += added;
    return true;
  };
  for (const [property, value] of entries) {
    const json = jsonOf(value);
    if (json === undefined) continue;
    let name = property.slice(0, MAX_PROPERTY_NAME_LENGTH);
    while (taken.has(name)) name += "_";
    taken.add(name);
    if (!place(memberOf(name, json))) place(memberOf(name, `"${bytesOf(json)} bytes, too long for a log line"`));
  }
  return further;
}

/** JSON of a property; nothing for what JSON leaves out, a note for what it refuses, as metrics must not be lost to it. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    return JSON.stringify(`no JSON: ${String(error)}`);
  }
}

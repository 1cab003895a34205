import { readFile } from "node:fs/promises";
import type { Node } from "yaml";

import { ConfigError } from "../../../lib/errors";
import { unreadable } from "../unreadable";
import { expectedAt, expectedPages, type Scene, stateIn } from "./read-expected";
import { type Keys, readStory } from "./read-series";
import { timeIn, timeOf } from "./read-time";
import { type Judged, type Stage, withInhibitors } from "./stage";
import type { Vector } from "./vector";
import { type Entry, YamlSource } from "./yaml-source";

const KEYS = [
  "name",
  "rule",
  "label",
  "alarms",
  "interval",
  "arrival",
  "tick",
  "length",
  "healthy",
  "series",
  "restart",
  "deploy",
  "states",
  "reasons",
  "pages",
];
/** Alarms are judged once a minute. */
const MOST_TICK_SEC = 59;

/** Reads a file of vectors for an environment; throws ConfigError with a line `file:line: sentence` a mistake. */
export async function readVectors(file: string, stage: Stage): Promise<Vector[]> {
  return vectorsIn(file, await readFile(file, "utf8").catch(unreadable(file)), stage);
}

/** The same of a text that is at hand. */
export function vectorsIn(file: string, text: string, stage: Stage): Vector[] {
  const source = new YamlSource(file, text);
  const mistakes: ConfigError[] = [];
  const vectors = source.list(source.root, "a file of vectors").flatMap((node) => {
    try {
      return [vectorIn(file, source, node, stage)];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      mistakes.push(error);
      return [];
    }
  });
  if (mistakes.length === 0) return vectors;
  throw new ConfigError(mistakes.map(({ message }) => message).join("\n"), { cause: mistakes[0] });
}

function vectorIn(file: string, source: YamlSource, node: Node, stage: Stage): Vector {
  const keys: Keys = new Map(source.map(node, "a vector", KEYS).map((entry) => [entry.key, entry]));
  const name = keys.get("name") ?? source.fail(node, "a vector has no name");
  const own = ownOf(source, node, keys, stage);
  const judged = judgedIn(source, node, keys, own, stage);
  const { samples, length } = readStory(source, node, keys, judged, stage);
  const deploys = deploysIn(source, keys.get("deploy"), length);
  const scene: Scene = { source, judged, alarm: own?.name, from: deploys[0] ?? 0, to: length };
  return {
    name: source.text(name.value, "name"),
    file,
    line: source.lineOf(node),
    rule: own?.rule.name,
    alarm: own?.name,
    judged,
    samples,
    length,
    tick: tickIn(source, keys.get("tick")),
    deploys,
    states: expectedAt(scene, keys.get("states"), stateIn(source)),
    reasons: expectedAt(scene, keys.get("reasons"), (text) => text),
    pages: expectedPages(scene, keys.get("pages")),
  };
}

/** The rule that a vector is about, for one of its labels. */
function ownOf(source: YamlSource, node: Node, keys: Keys, { judged, environment }: Stage): Judged | undefined {
  const rule = keys.get("rule");
  const label = keys.get("label");
  if (!rule) {
    if (label) source.fail(label.at, "a label is one of a rule's, and no rule is named");
    return undefined;
  }
  const name = source.text(rule.value, "rule");
  const found = judged.filter((one) => one.rule.name === name);
  if (found.length === 0) {
    const names = [...new Set(judged.map((one) => one.rule.name))].join(", ");
    source.fail(rule.value, `no rule ${JSON.stringify(name)} in ${environment.name}; there are ${names}`);
  }
  const labels = found.map((one) => one.name.slice(name.length + 1)).filter((one) => one !== "");
  const wanted = label && source.text(label.value, "label");
  // Without a label it is the only one, or the one that has none.
  const unnamed = found.length === 1 ? found[0] : found.find((one) => one.name === name);
  const own = wanted === undefined ? unnamed : found.find((one) => one.name === `${name}-${wanted}`);
  if (own) return own;
  const there = labels.length === 0 ? "it has none" : `there are ${labels.join(", ")}`;
  return wanted === undefined
    ? source.fail(node, `${name} is split by a label: ${labels.join(", ")}`)
    : source.fail(label?.value ?? node, `no alarm of ${name} has the label ${JSON.stringify(wanted)}; ${there}`);
}

/** The rule's own alarms and those that keep it quiet, those that are named, or all. */
function judgedIn(
  source: YamlSource,
  node: Node,
  keys: Keys,
  own: Judged | undefined,
  { judged }: Stage,
): readonly Judged[] {
  const named = keys.get("alarms");
  if (!named && !own) return source.fail(node, "a vector names a rule, or alarms: all");
  if (named && source.isText(named.value) && source.text(named.value, "alarms") === "all") return judged;
  const also = (named ? source.oneOrMore(named.value) : []).map((one) => {
    const name = source.text(one, "an alarm");
    return judged.find((each) => each.name === name) ?? source.fail(one, `no alarm ${JSON.stringify(name)}`);
  });
  if (named && !own && also.length === 0) source.fail(named.at, "alarms names none, and a vector judges one at least");
  // About a rule as a whole, its further alarms are judged as well.
  const isWhole = own !== undefined && !keys.has("label");
  const all = isWhole ? judged.filter(({ rule }) => rule.name === own.rule.name) : own ? [own] : [];
  return withInhibitors(judged, [...all, ...also]);
}

function deploysIn(source: YamlSource, entry: Entry | undefined, length: number): number[] {
  if (!entry) return [0];
  const times = source.oneOrMore(entry.value).map((node) => timeIn(source, node, "deploy"));
  const isRising = times.every((time, place) => time > (times[place - 1] ?? -1) && time < length);
  return isRising ? times : source.fail(entry.value, "deploys come one after another, and before the end");
}

function tickIn(source: YamlSource, entry: Entry | undefined): number {
  const tick = timeOf(source, entry) ?? 0;
  if (entry && tick > MOST_TICK_SEC)
    source.fail(entry.value, `tick is a second of the minute, up to ${MOST_TICK_SEC}s`);
  return tick;
}

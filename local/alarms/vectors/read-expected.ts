import type { Node } from "yaml";

import type { State } from "../../../lib/alarm-engine/state";
import { type Severity, SEVERITIES } from "../../../lib/rules/severity";
import { type Judged, namesOf } from "./stage";
import { timeFrom, timeIn } from "./read-time";
import { timeText } from "./times";
import type { Expected, Page } from "./vector";
import type { Entry, YamlSource } from "./yaml-source";

/** What the expectations of one vector are read against. */
export interface Scene {
  readonly source: YamlSource;
  readonly judged: readonly Judged[];
  /** The alarm that is meant where none is named. */
  readonly alarm: string | undefined;
  /** Seconds from which the alarms are there, and at which the vector ends. */
  readonly from: number;
  readonly to: number;
}

const STATES: readonly State[] = ["OK", "ALARM", "INSUFFICIENT_DATA"];
const PAGE_FORM = '"2m10s critical ALARM AlarmName"';

/** Expectations by time: of the vector's own alarm, or by alarm. */
export function expectedAt<T>(
  scene: Scene,
  entry: Entry | undefined,
  read: (text: string, node: Node) => T,
): Expected<T>[] {
  const { source } = scene;
  return (entry ? source.map(entry.value, entry.key) : []).flatMap(({ at: key, value }) => {
    const at = within(scene, key, timeIn(source, key, "a time"));
    const named = source.isText(value)
      ? [{ alarm: scene.alarm ?? source.fail(value, "says no alarm: {AlarmName: …}"), node: value }]
      : source.map(value, entry?.key ?? "").map((one) => ({ alarm: known(scene, one.at, one.key), node: one.value }));
    return named.map(({ alarm, node }) => ({
      at,
      alarm,
      value: read(source.text(node, alarm), node),
      line: source.lineOf(node),
    }));
  });
}

/** An alarm's state. */
export function stateIn(source: YamlSource): (text: string, node: Node) => State {
  return (text, node) =>
    STATES.find((one) => one === text) ?? source.fail(node, `${text} is no state: ${STATES.join(", ")}`);
}

/** The list of pages, complete. */
export function expectedPages(scene: Scene, entry: Entry | undefined): { page: Page; line: number }[] {
  const { source } = scene;
  return (entry ? source.list(entry.value, "pages") : []).map((node) => ({
    page: pageIn(scene, node),
    line: source.lineOf(node),
  }));
}

function pageIn(scene: Scene, node: Node): Page {
  const { source } = scene;
  const [time = "", severity, state, alarm, ...more] = source.text(node, "a page").trim().split(/\s+/);
  if (!isSeverity(severity) || (state !== "ALARM" && state !== "OK") || more.length > 0) {
    return source.fail(node, `a page is ${PAGE_FORM}, with ${SEVERITIES.join(", ")} and ALARM or OK`);
  }
  return {
    at: within(scene, node, timeFrom(source, node, time, "a page's time")),
    severity,
    state,
    alarm:
      alarm === undefined
        ? (scene.alarm ?? source.fail(node, `says no alarm: ${PAGE_FORM}`))
        : known(scene, node, alarm),
  };
}

const isSeverity = (text: string | undefined): text is Severity => SEVERITIES.some((one) => one === text);

/** An alarm that is judged, by its name without the environment. */
function known({ source, judged }: Scene, node: Node, name: string): string {
  const names = judged.flatMap((one) => namesOf(one));
  return names.includes(name)
    ? name
    : source.fail(node, `no alarm ${JSON.stringify(name)} is judged here; there are ${names.join(", ")}`);
}

function within({ source, from, to }: Scene, node: Node, at: number): number {
  if (at > to) source.fail(node, `${timeText(at)} is past the end, ${timeText(to)}`);
  if (at < from)
    source.fail(node, `at ${timeText(at)} there are no alarms yet: they are deployed at ${timeText(from)}`);
  return at;
}

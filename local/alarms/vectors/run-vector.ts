import { AlarmEngine, type Notice, type Transition } from "../../../lib/alarm-engine/engine";
import { SeriesStore } from "../../../lib/alarm-engine/series-store";
import { topicName } from "../../../lib/environments/names";
import { SEVERITIES } from "../../../lib/rules/severity";
import { shortName, type Stage } from "./stage";
import type { Page, Vector } from "./vector";

/** A Monday's midnight, so that days, hours and weeks begin where the vector does; epoch seconds. */
const BEGINNING = Date.UTC(2026, 0, 5) / 1000;
/** Just before a time: what arrives at the very moment of an evaluation is seen by it. */
const JUST_BEFORE_SEC = 0.001;

/** What alarms made of a vector; times are seconds from its beginning, names without the environment. */
export interface Outcome {
  readonly transitions: readonly Transition[];
  readonly pages: readonly Page[];
}

/** Publishes a vector's samples as they arrive, and has its alarms judge them up to its end. */
export function runVector(vector: Vector, stage: Stage): Outcome {
  const store = new SeriesStore();
  const arriving = vector.samples.toSorted((a, b) => a.arrival - b.arrival || a.time - b.time);
  const transitions: Transition[] = [];
  const notices: Notice[] = [];
  let next = 0;
  const publishUpTo = (end: number, advance: (now: number) => void): void => {
    for (let one = arriving[next]; one !== undefined && one.arrival <= end; one = arriving[++next]) {
      advance(BEGINNING + one.arrival - JUST_BEFORE_SEC);
      store.add(one.metric, BEGINNING + one.time, one.value, BEGINNING + one.arrival);
    }
    advance(BEGINNING + end);
  };
  const [first = 0] = vector.deploys;
  publishUpTo(first - JUST_BEFORE_SEC, () => {});
  for (const [place, start] of vector.deploys.entries()) {
    const engine = engineOf(vector, start, store);
    const end = vector.deploys[place + 1];
    publishUpTo(end === undefined ? vector.length : end - JUST_BEFORE_SEC, (now) => engine.advance(now));
    transitions.push(...engine.transitions);
    notices.push(...engine.notices);
  }
  const short = transitions.map((one) => ({
    ...one,
    t: one.t - BEGINNING,
    alarm: shortName(stage.environment, one.alarm),
  }));
  return { transitions: short, pages: pagesOf(notices, transitions, stage) };
}

function engineOf({ judged, tick }: Vector, start: number, store: SeriesStore): AlarmEngine {
  const alarms = judged.flatMap((one) => one.alarms);
  return new AlarmEngine(alarms, { start: BEGINNING + start, tickOffset: tick, store });
}

/** Messages, but those of a new alarm that is OK: they end nothing that had begun since the message before. */
function pagesOf(notices: readonly Notice[], transitions: readonly Transition[], { environment }: Stage): Page[] {
  const told = new Map<string, Notice>();
  return notices.flatMap((notice) => {
    const { t, alarm, state, actions } = notice;
    const before = told.get(alarm);
    told.set(alarm, notice);
    const since = before?.t ?? -Infinity;
    const hasBegun = transitions.some(
      (one) => one.alarm === alarm && one.to === "ALARM" && one.t > since && one.t <= t,
    );
    const severity = SEVERITIES.find((one) =>
      actions.some((to) => to.endsWith(`:${topicName(environment.name, one)}`)),
    );
    if (severity === undefined || (before?.state !== "ALARM" && !hasBegun)) return [];
    return [{ at: t - BEGINNING, severity, state, alarm: shortName(environment, alarm) }];
  });
}

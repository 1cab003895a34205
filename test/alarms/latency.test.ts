import type { MetricKey } from "../../lib/alarm-engine/definition";
import { AlarmEngine } from "../../lib/alarm-engine/engine";
import { metricAlarm } from "../../lib/alarm-engine/from-properties";
import { validateEnvironment } from "../../lib/environment";
import { type AlarmProperties } from "../../lib/rules/alarm";
import { type Condition, namedMetric, seriesOf, type Threshold, thresholdsOf } from "../../lib/rules/condition";
import { seconds } from "../../lib/rules/duration";
import { budgetOf, type Cut, latencyOf, watchesOf } from "../../lib/rules/latency";
import type { Rule } from "../../lib/rules/rule";
import { timeToAlarm, type Watch } from "../../lib/rules/time-to-alarm";
import { knownRules } from "../../local/alarms/known-rules";
import { examples, prod } from "../support/example-environments";

/** A full hour, so that marks, ticks and periods of every length begin at it. */
const EVENT_HOUR = Date.UTC(2026, 0, 5, 12) / 1000;
/** Marks and short periods are multiples of it; a minute's tick is tried at every other one. */
const STEP_SEC = 5;
/** A new alarm whose data come late waits for so long before it judges. */
const LONGEST_WARM_UP_SEC = 20 * 60;

const environment = validateEnvironment(prod);
const CUTS = ["aligned", "unaligned"] as const satisfies readonly Cut[];

describe.each(knownRules(environment))("$alarm", ({ rule, alarms: [own] }) => {
  test.each(CUTS)("the engine fires when the rule's latency says, whatever the phase, with periods %s", (cut) => {
    const watches = watchesOf(rule, environment.sampleIntervalSec, cut);

    const found = watches.flatMap((watch, place) =>
      phases(watch).map(({ event, tick }) => ({
        event,
        tick,
        said: timeToAlarm(watch, event, tick),
        engine: judged(own?.properties as AlarmProperties, rule.condition, watch, { place, event, tick, cut }),
      })),
    );

    expect(found.filter(({ said, engine }) => said !== engine)).toEqual([]);
    expect(found.length).toBeGreaterThanOrEqual(24);
  });
});

describe.each(Object.values(examples).map(validateEnvironment))("in $name", (of) => {
  test.each(knownRules(of))("$alarm keeps to its budget at its worst", ({ rule }) => {
    const { worst } = latencyOf(rule, of.sampleIntervalSec);

    expect(worst - heldSec(rule)).toBeLessThanOrEqual(budgetOf(rule));
  });
});

/** How long a condition has to be so; an average passes its threshold when that share of its span is over. */
function heldSec({ condition, for: duration }: Rule): number {
  const shares = thresholdsOf(condition).map(({ averageOver, value }) =>
    averageOver ? value * seconds(averageOver) : 0,
  );
  return Math.max(seconds(duration), ...shares);
}

interface Phase {
  readonly event: number;
  readonly tick: number;
}

function phases({ intervalSec, tickSec }: Watch): Phase[] {
  const events = steps(Math.max(60, intervalSec), STEP_SEC);
  const ticks = steps(tickSec, tickSec === 60 ? 2 * STEP_SEC : STEP_SEC);
  return events.flatMap((event) => ticks.map((tick) => ({ event, tick })));
}

function steps(length: number, step: number): number[] {
  return Array.from({ length: length / step }, (_, place) => place * step);
}

interface Case extends Phase {
  /** Which of the condition's thresholds comes true. */
  readonly place: number;
  readonly cut: Cut;
}

/** Seconds from the event until the engine's alarm fires; data come as the watch says. */
function judged(properties: AlarmProperties, condition: Condition, watch: Watch, one: Case): number | undefined {
  const { period, periods, intervalSec, arrivalSec } = watch;
  const event = EVENT_HOUR + one.event;
  const before = EVENT_HOUR - Math.max(LONGEST_WARM_UP_SEC, (periods + 3) * Math.max(period, 60));
  const last = event + 3 * (period * periods + arrivalSec + 120);
  const engine = new AlarmEngine([metricAlarm({ ...properties })], {
    start: before,
    tickOffset: one.tick,
    areShortPeriodsAligned: one.cut === "aligned",
  });
  const values = valuesOf(condition, one.place);
  for (let t = before; t <= last; t += intervalSec) {
    for (const { metric, quiet, breaching } of values) {
      const value = t < event ? quiet : breaching;
      if (value !== undefined) engine.publish(metric, t, value, t + arrivalSec);
    }
  }
  engine.advance(last);
  const fired = engine.transitions.find(({ t, to }) => to === "ALARM" && t >= event);
  return fired && fired.t - event;
}

interface Values {
  readonly metric: MetricKey;
  readonly quiet: number;
  /** None where it is the silence that is looked for. */
  readonly breaching: number | undefined;
}

/** What each metric of a condition is before the event and after it, with one threshold that comes true. */
function valuesOf(condition: Condition, place: number): Values[] {
  const thresholds = thresholdsOf(condition);
  const holding = condition.kind === "while" ? condition.where.flat() : [];
  return seriesOf(condition).map(({ metric, labels }, index) => {
    const one = thresholds[index];
    const { Namespace, MetricName, Dimensions } = namedMetric(metric, labels, environment.name);
    const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
    const key = { namespace: Namespace, name: MetricName, dimensions };
    if (condition.kind === "silence") return { metric: key, quiet: 1, breaching: undefined };
    const other = holding[index - thresholds.length];
    const isAnswer = condition.kind === "while" && metric === condition.answered;
    const beside = isAnswer ? 1 : (other?.value ?? 0);
    if (one === undefined) return { metric: key, quiet: beside, breaching: beside };
    const quiet = quietOf(one);
    return { metric: key, quiet, breaching: index === place ? breachingOf(one) : quiet };
  });
}

function quietOf({ operator, value, averageOver }: Threshold): number {
  if (averageOver !== undefined) return 0;
  if (operator === "==") return 1 - value;
  return operator.startsWith("<") ? value + 1 : value - 1;
}

function breachingOf({ operator, value, averageOver }: Threshold): number {
  if (averageOver !== undefined) return 1;
  if (operator === "==") return value;
  return operator.startsWith("<") ? value - 1 : value + 1;
}

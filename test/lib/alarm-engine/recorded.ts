import type { Alarm } from "../../../lib/alarm-engine/definition";
import { AlarmEngine, type EngineOptions, type Transition } from "../../../lib/alarm-engine/engine";
import { compositeAlarm, metricAlarm } from "../../../lib/alarm-engine/from-properties";
import type { Properties } from "../../../lib/alarm-engine/property-reader";

export const METRIC = { namespace: "Test", name: "m", dimensions: {} };

/** Epoch seconds of a time of 2 March 2026, a Monday. */
export const at = (clock: string): number => Date.parse(`2026-03-02T${clock.padEnd(8, ":00")}Z`) / 1000;

/** An alarm on `METRIC` that breaches above 0, one of one minute unless told otherwise. */
export function alarm(properties: Properties = {}): Alarm {
  const of = { Namespace: "Test", MetricName: "m", Statistic: "Maximum", Period: 60 };
  return metricAlarm({
    AlarmName: "A",
    ...(properties["Metrics"] === undefined ? of : {}),
    EvaluationPeriods: 1,
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: 0,
    ...properties,
  });
}

export const composite = (properties: Properties): Alarm => compositeAlarm({ AlarmName: "C", ...properties });

export interface Recording extends EngineOptions {
  readonly alarms: readonly Alarm[];
  /** Values of `METRIC` by time. */
  readonly data: readonly (readonly [time: number, value: number])[];
  readonly arrivalDelay?: number;
  readonly end: number;
}

/** An engine that has seen the data and has come to the end. */
export function play({ alarms, data, arrivalDelay = 0, end, ...options }: Recording): AlarmEngine {
  const engine = new AlarmEngine(alarms, options);
  for (const [time, value] of data) engine.publish(METRIC, time, value, time + arrivalDelay);
  engine.advance(end);
  return engine;
}

/** Transitions as "08:14:00 ALARM". */
export const told = (transitions: readonly Transition[]): string[] =>
  transitions.map(({ t, to }) => `${new Date(t * 1000).toISOString().slice(11, 19)} ${to}`);

/** A value every so many seconds, from a time to a time. */
export function every(step: number, from: string, to: string, value: number): [number, number][] {
  const length = Math.floor((at(to) - at(from)) / step) + 1;
  return Array.from({ length }, (_, place) => [at(from) + place * step, value]);
}

import type { Metric, Sample } from "../../lib/metric";
import type { Severity } from "../../lib/rules/severity";
import { LiveAlarms } from "../../local/alarms/live";
import { palette } from "../../local/terminal";
import type { Plan } from "./fault";
import type { Recording, Slot } from "./recording";

/** A rule that told somebody of an alarm. */
export interface Told {
  readonly rule: string;
  readonly severity: Severity;
  /** How many of its alarms did, one for each label at most. */
  readonly alarms: number;
  /** Most times that one of them did: more than once is twice for one fault. */
  readonly times: number;
}

const SLOT_SEC = 15;
/** What was before, how long the fault lasts, and what came after it. */
const BEFORE_SEC = 900;
const LASTS_SEC = 600;
const AFTER_SEC = 900;

/** Whom the deployed alarms would tell, had the fault lasted for ten minutes: its slots are played again and again. */
export function toldOf({ slots }: Recording, plan: Plan, minute: number): Told[] {
  const at = (second: number): Slot | undefined => slots.get(minute + second * 1000);
  const marks = Array.from({ length: Math.floor(plan.last / SLOT_SEC) }, (_, place) => (place + 1) * SLOT_SEC);
  const during = marks.filter((one) => one > plan.begin && one < plan.end);
  const after = marks.filter((one) => one > plan.end);
  const start = Math.floor(minute / 60_000) * 60;
  const told = new Map<string, Map<string, number>>();
  const severities = new Map<string, Severity>();
  const alarms = new LiveAlarms("prod", start, () => undefined, palette(false, {}));
  alarms.onTold = ({ rule, change }) => {
    if (change.to !== "ALARM" || change.at < start + BEFORE_SEC) return;
    severities.set(rule.name, rule.severity);
    const own = told.get(rule.name) ?? new Map<string, number>();
    const { AlarmName: name } = change.properties;
    own.set(name, (own.get(name) ?? 0) + 1);
    told.set(rule.name, own);
  };
  for (let second = 0; second <= BEFORE_SEC + LASTS_SEC + AFTER_SEC; second += SLOT_SEC) {
    const number = second / SLOT_SEC;
    const since = second - BEFORE_SEC - LASTS_SEC;
    const slot =
      second < BEFORE_SEC
        ? at(SLOT_SEC)
        : since < 0
          ? at(during[number % during.length] ?? 0)
          : at(after[Math.min(since / SLOT_SEC, after.length - 1)] ?? 0);
    alarms.publish(slot ? samplesOf(slot, new Date((start + second) * 1000)) : [], start + second + 1);
  }
  return [...told].map(([rule, own]) => ({
    rule,
    severity: severities.get(rule) ?? "info",
    alarms: own.size,
    times: Math.max(...own.values()),
  }));
}

function samplesOf({ values, labels }: Slot, at: Date): Sample[] {
  return [...values].map(([series, value]) => ({
    // What is published again is known by its name alone.
    metric: { name: series.replace(/\{.*$/s, "") } as Metric,
    labels: labels.get(series) ?? {},
    value,
    at,
  }));
}

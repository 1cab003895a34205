import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";

import { rules } from "../../alarms";
import type { Alarm } from "../../lib/alarm-engine/definition";
import { compositeAlarm, metricAlarm } from "../../lib/alarm-engine/from-properties";
import type { Properties } from "../../lib/alarm-engine/property-reader";
import { type ValidatedEnvironment, validateEnvironment } from "../../lib/environment";
import { topicName } from "../../lib/environments/names";
import { drillAlarmProperties } from "../../lib/notify/drill-alarm";
import type { AlarmProperties, CompositeProperties } from "../../lib/rules/alarm";
import { alarmsOf } from "../../lib/rules/alarms";
import type { Topics } from "../../lib/rules/cloudformation";
import { SEVERITIES } from "../../lib/rules/severity";
import { ACCOUNT, REGION } from "./emulator";
import { emulated, type Settings } from "./environment";

export const PLACE = { partition: "aws", region: REGION, account: ACCOUNT };

/** An alarm's properties as its rule is translated for the environment, whether or not the emulator takes it. */
export type Translated = AlarmProperties | CompositeProperties;

export const isComposite = (properties: Translated): properties is CompositeProperties => "AlarmRule" in properties;

export const isMath = (properties: Translated): properties is AlarmProperties =>
  !isComposite(properties) && properties.Metrics !== undefined;

/** Whether the profile leaves it in. */
export const isDeployable = (properties: Translated): properties is AlarmProperties =>
  !isComposite(properties) && !isMath(properties);

export const environmentOf = (settings: Settings): ValidatedEnvironment => validateEnvironment(emulated(settings));

export const arnOfAlarm = (name: string): string => `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${name}`;

/** Every alarm of the environment by its name, with the drill's. */
export function translationOf(environment: ValidatedEnvironment): ReadonlyMap<string, Translated> {
  const topics = Object.fromEntries(
    SEVERITIES.map((severity) => [
      severity,
      `arn:aws:sns:${REGION}:${ACCOUNT}:${topicName(environment.name, severity)}`,
    ]),
  ) as Topics;
  const all: Translated[] = alarmsOf(rules, environment, topics, arnOfAlarm).map(({ properties }) => properties);
  const { drill } = environment.notify ?? {};
  if (drill) all.push(drillAlarmProperties(environment, drill.severity, topics));
  return new Map(all.map((properties) => [properties.AlarmName, properties]));
}

/** Members of an alarm that are the same in a template and in what the account describes. */
export const DESCRIBED = [
  "AlarmName",
  "AlarmDescription",
  "Namespace",
  "MetricName",
  "Dimensions",
  "Statistic",
  "Period",
  "EvaluationPeriods",
  "DatapointsToAlarm",
  "ComparisonOperator",
  "Threshold",
  "TreatMissingData",
  "AlarmActions",
  "OKActions",
] as const satisfies readonly (keyof AlarmProperties)[];

/** A deployed alarm as it is described; what the emulator does not keep (windows, warm-up, tags) is as translated. */
export function asDescribed(alarm: MetricAlarm, translated: AlarmProperties): AlarmProperties {
  return { ...translated, ...Object.fromEntries(DESCRIBED.map((name) => [name, alarm[name]])) };
}

/** The alarm as the engine judges it. */
export function judged(properties: Translated): Alarm {
  const plain = structuredClone(properties) as unknown as Properties;
  return isComposite(properties) ? compositeAlarm(plain, PLACE) : metricAlarm(plain, PLACE);
}

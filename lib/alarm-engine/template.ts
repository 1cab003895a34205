import { ConfigError } from "../errors";
import type { Alarm, Place } from "./definition";
import { compositeAlarm, metricAlarm, STAND_IN, UNREAD } from "./from-properties";
import { Intrinsics, type Resource, type Scope } from "./intrinsics";
import { isProperties, type Properties } from "./property-reader";

const READERS: ReadonlyMap<string, (properties: Properties, place: Place) => Alarm> = new Map([
  ["AWS::CloudWatch::Alarm", metricAlarm as (properties: Properties, place: Place) => Alarm],
  ["AWS::CloudWatch::CompositeAlarm", compositeAlarm],
]);
/** Judges queries over logs, which recorded datapoints do not hold. */
const LOG_ALARM = "AWS::CloudWatch::LogAlarm";

/**
 * Every alarm and composite of a synthesized CloudFormation template, in its order. An alarm without a name goes by its
 * logical id; mute rules are passed over, as they hold back actions and no transitions. Throws ConfigError, with the resource's logical id, for what cannot be resolved or is not evaluated here.
 */
export function alarmsOf(template: unknown, place = STAND_IN): Alarm[] {
  if (!isProperties(template) || !isProperties(template["Resources"])) {
    throw new ConfigError("template: no CloudFormation template, it has no Resources");
  }
  const scope: Scope = { resources: resourcesOf(template["Resources"]), parameters: defaultsOf(template), place };
  return [...scope.resources].flatMap(([id, resource]) => {
    if (resource.Type === LOG_ALARM)
      throw new ConfigError(`template: ${id} is a log alarm, which is not evaluated here`);
    const read = READERS.get(resource.Type);
    return read === undefined ? [] : [alarmOf(id, resource, scope, read)];
  });
}

function alarmOf(id: string, resource: Resource, scope: Scope, read: (of: Properties, place: Place) => Alarm): Alarm {
  if (resource.Condition !== undefined) {
    throw new ConfigError(`template: ${id} has a Condition, which is not resolved here`);
  }
  const intrinsics = new Intrinsics(id, scope);
  const unread: ReadonlySet<string> = new Set(UNREAD);
  const told = Object.entries(resource.Properties).filter(([name]) => !unread.has(name));
  const properties = intrinsics.resolve(Object.fromEntries(told)) as Properties;
  try {
    return read({ ...properties, AlarmName: intrinsics.nameOf(id) }, scope.place);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`template: ${id}: ${error.message}`, { cause: error });
  }
}

function resourcesOf(resources: Properties): Map<string, Resource> {
  const found = new Map<string, Resource>();
  for (const [id, resource] of Object.entries(resources)) {
    if (!isProperties(resource) || typeof resource["Type"] !== "string") {
      throw new ConfigError(`template: ${id} is no resource, it has no Type`);
    }
    const { Type, Properties: own, Condition } = resource;
    found.set(id, {
      Type,
      Properties: isProperties(own) ? own : {},
      ...(Condition === undefined ? {} : { Condition }),
    });
  }
  return found;
}

function defaultsOf({ Parameters: parameters }: Properties): Map<string, unknown> {
  const all = isProperties(parameters) ? Object.entries(parameters) : [];
  return new Map(
    all.flatMap(([name, one]) => (isProperties(one) && one["Default"] !== undefined ? [[name, one["Default"]]] : [])),
  );
}

import { ConfigError } from "../errors";
import type { Alarm, MuteRule, Place } from "./definition";
import { compositeAlarm, metricAlarm, STAND_IN, UNREAD } from "./from-properties";
import { Intrinsics, type Resource, type Scope } from "./intrinsics";
import { muteRule } from "./mute-rule";
import { isProperties, type Properties } from "./property-reader";

const READERS: ReadonlyMap<string, (properties: Properties, place: Place) => Alarm> = new Map([
  ["AWS::CloudWatch::Alarm", metricAlarm as (properties: Properties, place: Place) => Alarm],
  ["AWS::CloudWatch::CompositeAlarm", compositeAlarm],
]);
const MUTE_RULE = "AWS::CloudWatch::AlarmMuteRule";
const UNREAD_OF_MUTE_RULES = ["Description", "Tags"] as const;
/** Judges queries over logs, which recorded datapoints do not hold. */
const LOG_ALARM = "AWS::CloudWatch::LogAlarm";

/**
 * Every alarm and composite of a synthesized CloudFormation template, in its order. An alarm without a name goes by its
 * logical id. Throws ConfigError, with the resource's logical id, for what cannot be resolved or is not evaluated here.
 */
export function alarmsOf(template: unknown, place = STAND_IN): Alarm[] {
  const scope = scopeOf(template, place);
  return [...scope.resources].flatMap(([id, resource]) => {
    if (resource.Type === LOG_ALARM)
      throw new ConfigError(`template: ${id} is a log alarm, which is not evaluated here`);
    const read = READERS.get(resource.Type);
    if (read === undefined) return [];
    return [readResource(id, resource, scope, UNREAD, (of, name) => read({ ...of, AlarmName: name }, place))];
  });
}

/** Every mute rule of a synthesized CloudFormation template; refuses as `alarmsOf` does. */
export function muteRulesOf(template: unknown, place = STAND_IN): MuteRule[] {
  const scope = scopeOf(template, place);
  return [...scope.resources]
    .filter(([, { Type }]) => Type === MUTE_RULE)
    .map(([id, resource]) =>
      readResource(id, resource, scope, UNREAD_OF_MUTE_RULES, (of, name) => muteRule({ ...of, Name: name })),
    );
}

function scopeOf(template: unknown, place: Place): Scope {
  if (!isProperties(template) || !isProperties(template["Resources"])) {
    throw new ConfigError("template: no CloudFormation template, it has no Resources");
  }
  return { resources: resourcesOf(template["Resources"]), parameters: defaultsOf(template), place };
}

function readResource<Read>(
  id: string,
  resource: Resource,
  scope: Scope,
  unread: readonly string[],
  read: (properties: Properties, name: string) => Read,
): Read {
  if (resource.Condition !== undefined) {
    throw new ConfigError(`template: ${id} has a Condition, which is not resolved here`);
  }
  const intrinsics = new Intrinsics(id, scope);
  const told = Object.entries(resource.Properties).filter(([name]) => !unread.includes(name));
  const properties = intrinsics.resolve(Object.fromEntries(told)) as Properties;
  try {
    return read(properties, intrinsics.nameOf(id));
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

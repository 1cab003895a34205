import { ConfigError } from "../errors";
import { alarmArn } from "./from-properties";
import type { Place } from "./definition";
import { isProperties, type Properties } from "./property-reader";

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Properties;
  readonly Condition?: unknown;
}

/** What references of a template can lead to. */
export interface Scope {
  readonly resources: ReadonlyMap<string, Resource>;
  /** Defaults of its parameters. */
  readonly parameters: ReadonlyMap<string, unknown>;
  readonly place: Place;
}

const ALARMS = new Set(["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"]);
const TOPIC = "AWS::SNS::Topic";
/** Properties that name a resource; where they are left out, the logical id stands in for what AWS makes up. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["AWS::CloudWatch::Alarm", "AlarmName"],
  ["AWS::CloudWatch::CompositeAlarm", "AlarmName"],
  ["AWS::CloudWatch::AlarmMuteRule", "Name"],
  ["AWS::Lambda::Function", "FunctionName"],
  [TOPIC, "TopicName"],
  ["AWS::SQS::Queue", "QueueName"],
]);

/** Resolves the intrinsic functions in the properties of one resource; throws ConfigError for what it cannot resolve. */
export class Intrinsics {
  readonly #owner: string;
  readonly #scope: Scope;
  /** Resources whose names are being resolved, so that a circle ends. */
  readonly #under: readonly string[];

  constructor(owner: string, scope: Scope, under: readonly string[] = []) {
    this.#owner = owner;
    this.#scope = scope;
    this.#under = under;
  }

  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.resolve(one)).filter((one) => one !== undefined);
    if (!isProperties(value)) return value;
    const [key = "", ...others] = Object.keys(value);
    if (others.length > 0 || !(key === "Ref" || key === "Condition" || key.startsWith("Fn::"))) {
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.resolve(one)]));
    }
    return this.#call(key, value[key]);
  }

  /** The name of a resource, as CloudWatch would know it. */
  nameOf(id: string): string {
    const resource = this.#scope.resources.get(id);
    const property = NAMES.get(resource?.Type ?? "");
    const given = property === undefined ? undefined : resource?.Properties[property];
    if (given === undefined) return id;
    if (this.#under.includes(id)) this.#fail(`names itself through ${id}`);
    const name = new Intrinsics(id, this.#scope, [...this.#under, id]).resolve(given);
    return typeof name === "string" ? name : this.#fail(`refers to ${id}, whose ${property} is no text`);
  }

  #call(key: string, of: unknown): unknown {
    if (key === "Ref" && typeof of === "string") return this.#ref(of);
    if (key === "Fn::GetAtt") {
      const [id, attribute] = typeof of === "string" ? split(of) : Array.isArray(of) ? of : [];
      if (typeof id === "string" && typeof attribute === "string") return this.#attribute(id, attribute);
    }
    if (key === "Fn::Join" && Array.isArray(of) && Array.isArray(of[1])) {
      return of[1].map((one) => this.#text(key, one)).join(String(of[0]));
    }
    if (key === "Fn::Sub") return this.#substituted(of);
    return this.#fail(`uses ${key}${key === "Ref" ? " of no name" : ""}, which is not resolved here`);
  }

  #ref(id: string): unknown {
    const { place, resources, parameters } = this.#scope;
    const pseudo = PSEUDO.get(id);
    if (pseudo !== undefined) return pseudo(place);
    if (id === "AWS::NoValue") return undefined;
    const resource = resources.get(id);
    if (resource !== undefined) return resource.Type === TOPIC ? this.#attribute(id, "Arn") : this.nameOf(id);
    if (parameters.has(id)) return parameters.get(id);
    return this.#fail(`refers by Ref to ${id}, which the template does not hold or gives no default`);
  }

  #attribute(id: string, attribute: string): string {
    const { place, resources } = this.#scope;
    const type = resources.get(id)?.Type;
    if (type === undefined) return this.#fail(`refers by Fn::GetAtt to ${id}, which the template does not hold`);
    const isArn = attribute === "Arn" || (type === TOPIC && attribute === "TopicArn");
    if (!isArn) return this.#fail(`uses Fn::GetAtt ${id}.${attribute}, which is not resolved here`);
    const name = this.nameOf(id);
    if (ALARMS.has(type)) return alarmArn(place, name);
    const service = (type.split("::")[1] ?? "").toLowerCase();
    const kind = type === "AWS::Lambda::Function" ? "function:" : "";
    return `arn:${place.partition}:${service}:${place.region}:${place.account}:${kind}${name}`;
  }

  #substituted(of: unknown): string {
    const [text, given] = Array.isArray(of) ? (of as unknown[]) : [of];
    if (typeof text !== "string") return this.#fail("uses Fn::Sub without a text");
    const variables = isProperties(given) ? given : {};
    return text.replaceAll(/\$\{(!?)([^${}]+)\}/g, (_, literal: string, name: string) => {
      if (literal !== "") return `\${${name}}`;
      if (variables[name] !== undefined) return this.#text("Fn::Sub", variables[name]);
      const [id, attribute] = split(name);
      return attribute === undefined ? this.#text("Fn::Sub", { Ref: id }) : this.#attribute(id, attribute);
    });
  }

  #text(key: string, value: unknown): string {
    const text = this.resolve(value);
    return typeof text === "string" || typeof text === "number"
      ? String(text)
      : this.#fail(`uses ${key} of what is no text`);
  }

  #fail(what: string): never {
    throw new ConfigError(`template: ${this.#owner} ${what}`);
  }
}

/** "Id.Attribute", whose attribute may hold further points. */
function split(text: string): [id: string, attribute: string | undefined] {
  const point = text.indexOf(".");
  return point < 0 ? [text, undefined] : [text.slice(0, point), text.slice(point + 1)];
}

const PSEUDO: ReadonlyMap<string, (place: Place) => string> = new Map([
  ["AWS::Partition", ({ partition }: Place) => partition],
  ["AWS::Region", ({ region }: Place) => region],
  ["AWS::AccountId", ({ account }: Place) => account],
  ["AWS::StackName", () => "stack"],
  ["AWS::URLSuffix", ({ partition }: Place) => (partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com")],
]);

import { ConfigError } from "../errors";

/** Properties of a CloudFormation resource, every intrinsic function resolved. */
export type Properties = Readonly<Record<string, unknown>>;

/** Reads properties by name; its refusals name the alarm, or what else has the properties. */
export class PropertyReader {
  readonly name: string;
  readonly #kind: string;
  readonly #properties: Properties;

  constructor(properties: Properties, name: string, kind = "alarm") {
    this.#properties = properties;
    this.name = name;
    this.#kind = kind;
  }

  has(key: string): boolean {
    return this.#properties[key] !== undefined;
  }

  /** Refuses properties that are not among these; `place` goes on from their names. */
  only(known: ReadonlySet<string>, place = ""): void {
    const unknown = Object.keys(this.#properties).filter((key) => !known.has(key) && this.has(key));
    if (unknown.length > 0) this.fail(`has ${unknown.join(", ")}${place}, which is not evaluated here`);
  }

  text(key: string, otherwise?: string): string {
    const value = this.#properties[key] ?? otherwise;
    return typeof value === "string"
      ? value
      : this.fail(this.has(key) ? `has ${key} that is no text` : `has no ${key}`);
  }

  texts(key: string): string[] {
    const value = this.#properties[key] ?? [];
    if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
    return this.fail(`has ${key} that are not texts`);
  }

  /** A number; CloudFormation takes its text as well. */
  number(key: string, otherwise?: number): number {
    const value = this.#properties[key] ?? otherwise;
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    return this.fail(this.has(key) ? `has ${key} that is no number` : `has no ${key}`);
  }

  flag(key: string, otherwise: boolean): boolean {
    const value = this.#properties[key] ?? otherwise;
    if (value === true || value === "true") return true;
    return value === false || value === "false" ? false : this.fail(`has ${key} that is neither true nor false`);
  }

  choice<Option extends string>(key: string, options: readonly Option[], otherwise?: Option): Option {
    const value = this.#properties[key] ?? otherwise;
    if (value === undefined) return this.fail(`has no ${key}`);
    const found = options.find((option) => option === value);
    return found ?? this.fail(`has ${key} ${JSON.stringify(value)}, which is not evaluated here`);
  }

  /** An object that has no properties but these. */
  object(key: string, known: ReadonlySet<string>): PropertyReader | undefined {
    if (!this.has(key)) return undefined;
    const value = this.#properties[key];
    return isProperties(value) ? this.#within(key, value, known) : this.fail(`has ${key} that is no object`);
  }

  /** Objects that have no properties but these. */
  objects(key: string, known: ReadonlySet<string>): PropertyReader[] {
    const value = this.#properties[key] ?? [];
    if (!Array.isArray(value) || !value.every(isProperties)) return this.fail(`has ${key} that is no list of objects`);
    return value.map((one) => this.#within(key, one, known));
  }

  /** Takes a step, and says of whom what it refuses. */
  naming<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof ConfigError) || error.message.startsWith(`${this.#kind} ${this.name} `)) throw error;
      throw new ConfigError(`${this.#kind} ${this.name}: ${error.message}`, { cause: error });
    }
  }

  fail(what: string): never {
    throw new ConfigError(`${this.#kind} ${this.name} ${what}`);
  }

  #within(key: string, properties: Properties, known: ReadonlySet<string>): PropertyReader {
    const read = new PropertyReader(properties, this.name, this.#kind);
    read.only(known, ` in ${key}`);
    return read;
  }
}

/** Whether a value is an object of properties. */
export const isProperties = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

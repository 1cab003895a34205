/** JSON from outside, of which nothing is known. */
export type Json = unknown;

/** Looks into JSON from outside by keys; what is not there, or is of another kind, is undefined. */
export class JsonReader {
  readonly #root: Json;

  constructor(root: Json) {
    this.#root = root;
  }

  at(...path: readonly (string | number)[]): Json {
    let value: Json = this.#root;
    for (const key of path) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
      value = (value as Readonly<Record<string | number, Json>>)[key];
    }
    return value ?? undefined;
  }

  text(...path: readonly (string | number)[]): string | undefined {
    const value = this.at(...path);
    return typeof value === "string" ? value : undefined;
  }

  number(...path: readonly (string | number)[]): number | undefined {
    const value = this.at(...path);
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  }

  list(...path: readonly (string | number)[]): readonly Json[] {
    const value = this.at(...path);
    return Array.isArray(value) ? value : [];
  }

  entries(): (readonly [string, Json])[] {
    const root = this.#root;
    return typeof root === "object" && root !== null && !Array.isArray(root) ? Object.entries(root) : [];
  }
}

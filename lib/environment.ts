import type * as z from "zod";

import { impossibleIn } from "./environments/combinations";
import { type CompleteEnvironment, environmentSchema } from "./environments/schema";
import { ConfigError } from "./errors";

export type { Environment } from "./environments/schema";

declare const validated: unique symbol;

/** An environment that was checked; only `validateEnvironment` makes one, so that nothing can be built of another. */
export type ValidatedEnvironment = Readonly<CompleteEnvironment> & { readonly [validated]: true };

/** Checks an environment's data; throws ConfigError with a sentence for everything that could not work. */
export function validateEnvironment(data: unknown): ValidatedEnvironment {
  const parsed = environmentSchema.safeParse(data);
  const sentences = parsed.success ? impossibleIn(parsed.data) : parsed.error.issues.flatMap(nearest).map(sentenceOf);
  if (!parsed.success || sentences.length > 0) {
    throw new ConfigError(sentences.map((sentence) => `${nameOf(data)}: ${sentence}`).join("; "));
  }
  return parsed.data as ValidatedEnvironment;
}

/** Of alternatives, what is wrong by the one that comes nearest; where none does, what they are. */
function nearest(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const [best, second] = issue.errors.toSorted((a, b) => a.length - b.length);
  // Alternatives of plain values are all as near.
  if (best === undefined || best.length === second?.length) return [issue];
  return best.flatMap((one) => nearest({ ...one, path: [...issue.path, ...one.path] }));
}

/** Our own messages go on from the field's name; those of the library stand by themselves. */
function sentenceOf({ path, message }: z.core.$ZodIssue): string {
  const field = path.join(".");
  if (field === "") return message;
  if (message.endsWith("received undefined")) return `${field} is missing`;
  return message.startsWith("must ") ? `${field} ${message}` : `${field}: ${message}`;
}

function nameOf(data: unknown): string {
  const name = typeof data === "object" && data !== null && "name" in data ? data.name : undefined;
  return typeof name === "string" && name !== "" ? name : "environment";
}

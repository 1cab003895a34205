import { memberOf } from "../../lib/notify/member";

/** What was looked at, and what to do where it is not as it must be, or could not be seen. */
export interface Finding {
  readonly verdict: "known" | "unknown" | "broken";
  readonly what: string;
  readonly fix?: string;
}

export const known = (what: string): Finding => ({ verdict: "known", what });
export const unknown = (what: string, fix: string): Finding => ({ verdict: "unknown", what, fix });
export const broken = (what: string, fix: string): Finding => ({ verdict: "broken", what, fix });

/** Looks at something in AWS; what AWS refuses or does not answer stays unknown, and costs this finding only. */
export async function lookedAt(what: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [unknown(`${what}: could not be looked at: ${whyNot(error)}`, remedyFor(error))];
  }
}

/** Whether AWS knows no such thing; CloudFormation says so in words only. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && (/NotFound/.test(error.name) || /does not exist/.test(error.message));
}

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return "it failed";
  const code = memberOf(error, "code");
  return [error.name, error.message || (typeof code === "string" ? code : "")].filter((part) => part !== "").join(", ");
}

function remedyFor(error: unknown): string {
  const isRefused = error instanceof Error && /AccessDenied|UnauthorizedOperation|AuthorizationError/.test(error.name);
  return isRefused ? "look with a role that may read this" : "look again, or by hand";
}

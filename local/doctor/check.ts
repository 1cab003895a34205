/**
 * One finding: fine, worth knowing, or to be fixed. An alarm is a rule that would fire on what was seen; what it speaks
 * of may lie with the trading system.
 */
export interface Check {
  readonly verdict: "ok" | "note" | "alarm" | "problem";
  readonly what: string;
  readonly fix?: string;
  /** The rule that would tell it. */
  readonly rule?: string;
}

/** What was seen, in one line: never that this will work where a rule would tell somebody that it does not. */
export function conclusion(checks: readonly Check[]): { readonly text: string; readonly isFine: boolean } {
  const problems = checks.filter(({ verdict }) => verdict === "problem").length;
  const firing = checks.filter(({ verdict }) => verdict === "alarm").length;
  const told = checks.flatMap(({ verdict, rule }) => (verdict === "note" && rule !== undefined ? [rule] : []));
  const parts = [
    ...(problems > 0 ? [`${problems} to fix`] : []),
    ...(firing > 0 ? [`${firing} ${firing === 1 ? "rule" : "rules"} would fire`] : []),
  ];
  if (parts.length > 0) return { text: parts.join(", "), isFine: false };
  const text = told.length > 0 ? `nothing to fix; only for information: ${told.join(", ")}` : "this will work";
  return { text, isFine: true };
}

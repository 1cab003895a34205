interface Audit {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<Record<string, { severity: string }>>;
}

/** What `npm audit --json` found that has to be mended; undefined where the registry gave no answer, which is no verdict. */
export function auditFindings(stdout: string): string[] | undefined {
  const audit = parsed(stdout);
  if (audit?.auditReportVersion === undefined || audit.vulnerabilities === undefined) return undefined;
  return Object.entries(audit.vulnerabilities)
    .filter(([, { severity }]) => severity === "high" || severity === "critical")
    .map(([name, { severity }]) => `${name}: a vulnerability that is ${severity}`);
}

function parsed(text: string): Audit | undefined {
  try {
    return JSON.parse(text) as Audit;
  } catch {
    return undefined;
  }
}

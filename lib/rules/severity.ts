/** Critical pages, warning goes to the chat, info to the board and by e-mail. */
export type Severity = "critical" | "warning" | "info";

export const SEVERITIES = ["critical", "warning", "info"] as const satisfies readonly Severity[];

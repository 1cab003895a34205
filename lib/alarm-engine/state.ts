/** An alarm's state as CloudWatch names it. */
export type State = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** What an alarm makes of periods without data. */
export type MissingData = "missing" | "ignore" | "breaching" | "notBreaching";

/** One evaluated period: breaching, not breaching, or without data. */
export type Slot = boolean | null;

import { Cron } from "croner";

import { ConfigError } from "../errors";

/** Longest `Expression` of a mute rule (CloudFormation); "cron()" is part of it. */
const MAX_EXPRESSION_LENGTH = 256;
const NUMBER = String.raw`\d{1,2}`;

const listOf = (value: string): RegExp => new RegExp(`^(?:\\*|${value}(?:-${value})?(?:,${value}(?:-${value})?)*)$`);

const FIELDS: readonly { readonly name: string; readonly takes: RegExp }[] = [
  { name: "minute", takes: listOf(NUMBER) },
  { name: "hour", takes: listOf(NUMBER) },
  { name: "day of the month", takes: listOf(NUMBER) },
  { name: "month", takes: listOf(`(?:${NUMBER}|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)`) },
  { name: "day of the week", takes: listOf(`(?:${NUMBER}|SUN|MON|TUE|WED|THU|FRI|SAT)`) },
];

/**
 * Reads the cron of a mute rule: five fields, each `*` or numbers and names with "," and "-" (guide, "Alarm mute
 * rules"). Its times are those of a wall clock, told as UTC. Throws ConfigError for anything that CloudWatch does not
 * say it takes, steps and "L" among it.
 */
export function readCron(cron: string): Cron {
  const said = `cron ${JSON.stringify(cron)}`;
  const fields = cron.split(" ");
  if (fields.length !== FIELDS.length) {
    throw new ConfigError(`${said} has ${fields.length} fields, but a mute rule takes five, a space between them`);
  }
  for (const [place, { name, takes }] of FIELDS.entries()) {
    const field = fields[place] ?? "";
    if (!takes.test(field)) {
      throw new ConfigError(
        `${said} has ${field} for the ${name}; a mute rule takes *, numbers and names, "," and "-"`,
      );
    }
  }
  if (`cron(${cron})`.length > MAX_EXPRESSION_LENGTH) throw new ConfigError(`${said} is too long for a mute rule`);
  try {
    return new Cron(cron, { mode: "5-part", timezone: "UTC", paused: true });
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : "";
    throw new ConfigError(`${said} is none: ${why}`, { cause: error });
  }
}

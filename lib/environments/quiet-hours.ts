import * as z from "zod";

import { ConfigError } from "../errors";
import { LONGEST_WINDOW_SEC, MuteSchedule } from "../mute/schedule";
import { type Duration, seconds } from "../rules/duration";
import { RULE_NAMES } from "../rules/names";

/** Windows of a mute rule last PT1M at least (guide, "Alarm mute rules"). */
const LEAST_SEC = 60;
const duration = z.custom<Duration>(
  (value) => typeof value === "string" && /^\d{1,6}[smh]$/.test(value) && isMutable(seconds(value as Duration)),
  "must be whole minutes or hours such as 30m or 8h, at most 360h",
);

/** Times by the wall clock of the quiet hours' own zone. */
const wallClock = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, "must be a time such as 2026-12-24T18:00");

/** When the alarms of some rules take no action, and why. */
export const quietHours = z.strictObject({
  /** Part of the mute rule's name. */
  name: z
    .string()
    .regex(
      /^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
      "must be a short name in lower case such as nightly or end-of-year",
    ),
  /** When they begin: minute, hour, day of the month, month, day of the week. */
  cron: z.string(),
  duration,
  timezone: z.string().max(50),
  /** All rules of these but heartbeats, whose silence would look like peace. */
  severities: z
    .array(
      z.enum(["warning", "info"], {
        error: "must be warning or info: a critical rule is quiet only where it is named, under rules",
      }),
    )
    .exactOptional(),
  /** Rules by name, of any severity. */
  rules: z
    .array(
      z.enum(RULE_NAMES, { error: ({ input }) => `must be the name of a rule, which ${JSON.stringify(input)} is not` }),
    )
    .exactOptional(),
  /** What whoever finds an alarm muted reads. */
  why: z.string().regex(/\S/, "must say why nobody is to be told"),
  /** No quiet hours begin before. */
  from: wallClock.exactOptional(),
  /** Nothing is quiet from then on. */
  until: wallClock.exactOptional(),
});

export type QuietHours = z.output<typeof quietHours>;

/** What cannot work of quiet hours, a sentence each. */
export function impossibleQuietHours(all: readonly QuietHours[]): string[] {
  const names = all.map(({ name }) => name);
  const twice = names.filter((name, place) => names.indexOf(name) !== place);
  return [
    ...twice.map((name) => `quietHours has two that are called ${name}`),
    ...alike(names),
    ...all.flatMap((one) => wrongWith(one).map((what) => `quietHours.${one.name} ${what}`)),
  ];
}

/**
 * A sentence for each of some quiet hours that have none left at a time, epoch seconds. That is told and not refused: a
 * commit that could be deployed last year can be deployed today, a rollback in an incident among them.
 */
export function quietHoursOver(all: readonly QuietHours[], now: number): string[] {
  return all
    .filter((one) => {
      const schedule = scheduleOf(one, one.until);
      return schedule.windowAt(now) === undefined && schedule.windowAfter(now) === undefined;
    })
    .map(({ name, until }) => `quietHours.${name} is over, until ${until}: it keeps nothing quiet any more`);
}

/** Names as ids of a template have capitals for hyphens, which a number does not show: `week-1` would be `week1`. */
function alike(names: readonly string[]): string[] {
  const bare = names.map((name) => name.replaceAll(/-(?=\d)/g, ""));
  return names.flatMap((name, place) => {
    const first = names[bare.indexOf(bare[place] ?? "")];
    return first === undefined || first === name
      ? []
      : [`quietHours has ${first} and ${name}, which cannot be told apart in a template`];
  });
}

/** Their schedule; throws ConfigError for what is none. */
function scheduleOf({ cron, duration: length, timezone, from }: QuietHours, until: string | undefined): MuteSchedule {
  return new MuteSchedule({
    expression: `cron(${cron})`,
    duration: seconds(length),
    timezone,
    start: from,
    expire: until,
  });
}

function wrongWith(one: QuietHours): string[] {
  const { severities = [], rules = [], from, until } = one;
  if (severities.length + rules.length === 0) return ["names neither severities nor rules"];
  if (from !== undefined && until !== undefined && until <= from) return [`ends ${until}, before it begins: ${from}`];
  let schedule: MuteSchedule;
  let coming: MuteSchedule;
  try {
    schedule = scheduleOf(one, until);
    // Without a beginning they were to begin at any time before, however long they are over.
    coming = from === undefined ? scheduleOf(one, undefined) : schedule;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [`cannot be kept: ${error.message}`];
  }
  if (coming.windowAfter(0) === undefined) return ["never begins: there is no such day"];
  return schedule.isEndless() ? ["never ends: its windows meet for more than 15 days"] : [];
}

function isMutable(length: number): boolean {
  return length >= LEAST_SEC && length <= LONGEST_WINDOW_SEC && length % LEAST_SEC === 0;
}

import { ConfigError } from "../../../lib/errors";
import { readCron } from "../../../lib/mute/cron";

/** The first times after the beginning of 2026, a Thursday. */
function firstTimes(cron: string, count: number): (string | undefined)[] {
  const read = readCron(cron);
  return read.nextRuns(count, new Date("2026-01-01T00:00:00Z")).map((time) => time.toISOString().slice(5, 16));
}

describe("the cron of a mute rule", () => {
  test.each<[cron: string, first: string[]]>([
    ["0 2 * * *", ["01-01T02:00", "01-02T02:00"]],
    ["0 2 * * SUN", ["01-04T02:00", "01-11T02:00"]],
    ["0 2 * * 0", ["01-04T02:00", "01-11T02:00"]],
    ["0 2 * * 7", ["01-04T02:00", "01-11T02:00"]],
    ["0 1 1 * *", ["01-01T01:00", "02-01T01:00"]],
    ["0 18 * * FRI", ["01-02T18:00", "01-09T18:00"]],
    ["15,45 9-10 * * *", ["01-01T09:15", "01-01T09:45", "01-01T10:15", "01-01T10:45", "01-02T09:15"]],
    ["0 0 * FEB-MAR,DEC MON-TUE", ["02-02T00:00", "02-03T00:00", "02-09T00:00"]],
    ["0 0 * * FRI-SUN", ["01-02T00:00", "01-03T00:00", "01-04T00:00", "01-09T00:00"]],
    ["0 0 13 * FRI", ["01-02T00:00", "01-09T00:00", "01-13T00:00", "01-16T00:00"]],
  ])("%s is read as CloudWatch describes it", (cron, first) => {
    expect(firstTimes(cron, first.length)).toEqual(first);
  });

  test.each([
    ["0 2 * *", "has 4 fields, but a mute rule takes five"],
    ["0 0 2 * * *", "has 6 fields, but a mute rule takes five"],
    ["0  2 * * *", "has 6 fields, but a mute rule takes five"],
    ["@daily", "has 1 fields, but a mute rule takes five"],
    ["*/5 * * * *", 'has */5 for the minute; a mute rule takes *, numbers and names, "," and "-"'],
    ["0 0-23/2 * * *", "has 0-23/2 for the hour"],
    ["0 2 L * *", "has L for the day of the month"],
    ["0 2 ? * MON", "has ? for the day of the month"],
    ["0 2 15W * *", "has 15W for the day of the month"],
    ["0 2 * jan *", "has jan for the month"],
    ["0 2 * * MONDAY", "has MONDAY for the day of the week"],
    ["0 2 * * FRI#2", "has FRI#2 for the day of the week"],
    ["60 2 * * *", "is none: Invalid value for minute: 60"],
    ["0 5-1 * * *", "is none: From value is larger than to value"],
    [`${"1,".repeat(130)}1 2 * * *`, "is too long for a mute rule"],
  ])("%s is refused by a sentence", (cron, says) => {
    const refused = () => readCron(cron);

    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(`cron ${JSON.stringify(cron)} ${says}`);
  });
});

import { ConfigError } from "../../../lib/errors";
import { MuteSchedule, type ScheduleSettings } from "../../../lib/mute/schedule";

const HOUR = 3600;
const NIGHTLY: ScheduleSettings = { expression: "cron(0 22 * * *)", duration: 8 * HOUR, timezone: "Europe/Berlin" };

const at = (iso: string): number => Date.parse(iso) / 1000;
const shown = (instant: number): string => new Date(instant * 1000).toISOString().slice(0, 16);

/** The windows that open in a span, found minute by minute, as an engine would ask. */
function windows(settings: ScheduleSettings, from: string, to: string): string[] {
  const schedule = new MuteSchedule(settings);
  const found = new Set<string>();
  for (let now = at(from); now < at(to); now += 60) {
    const window = schedule.windowAt(now);
    if (window) found.add(`${shown(window.start)} to ${shown(window.end)}`);
  }
  return [...found];
}

describe("the schedules of the guide", () => {
  test.each<[told: string, settings: Partial<ScheduleSettings>, from: string, to: string, expected: string[]]>([
    [
      "every Sunday from 2:00 to 6:00",
      { expression: "cron(0 2 * * SUN)", duration: 4 * HOUR },
      "2024-05-10T00:00:00Z",
      "2024-05-20T00:00:00Z",
      ["2024-05-12T02:00 to 2024-05-12T06:00", "2024-05-19T02:00 to 2024-05-19T06:00"],
    ],
    [
      "the first of each month from 1:00 to 7:00",
      { expression: "cron(0 1 1 * *)", duration: 6 * HOUR },
      "2024-04-15T00:00:00Z",
      "2024-06-02T00:00:00Z",
      ["2024-05-01T01:00 to 2024-05-01T07:00", "2024-06-01T01:00 to 2024-06-01T07:00"],
    ],
    [
      "every weekend from Friday 18:00 to Monday 6:00",
      { expression: "cron(0 18 * * FRI)", duration: 60 * HOUR },
      "2024-05-08T00:00:00Z",
      "2024-05-15T00:00:00Z",
      ["2024-05-10T18:00 to 2024-05-13T06:00"],
    ],
    [
      "every day from 23:00 to 1:00",
      { expression: "cron(0 23 * * *)", duration: 2 * HOUR },
      "2024-05-10T12:00:00Z",
      "2024-05-12T12:00:00Z",
      ["2024-05-10T23:00 to 2024-05-11T01:00", "2024-05-11T23:00 to 2024-05-12T01:00"],
    ],
    [
      "once from 14:00 to 18:00",
      { expression: "at(2024-05-10T14:00)", duration: 4 * HOUR },
      "2024-05-09T00:00:00Z",
      "2024-05-12T00:00:00Z",
      ["2024-05-10T14:00 to 2024-05-10T18:00"],
    ],
    [
      "the whole week of 23 to 29 December",
      { expression: "at(2024-12-23T00:00)", duration: 168 * HOUR },
      "2024-12-20T00:00:00Z",
      "2025-01-02T00:00:00Z",
      ["2024-12-23T00:00 to 2024-12-30T00:00"],
    ],
  ])("mute %s", (_, settings, from, to, expected) => {
    expect(windows({ ...NIGHTLY, timezone: "UTC", ...settings }, from, to)).toEqual(expected);
  });
});

describe("a change of the clock in Berlin", () => {
  test.each<[told: string, expression: string, from: string, to: string, expected: string[]]>([
    [
      "in spring leaves the window as long as it is, so that it ends an hour later on the clock",
      "cron(0 22 * * *)",
      "2026-03-27T12:00:00Z",
      "2026-03-30T12:00:00Z",
      [
        "2026-03-27T21:00 to 2026-03-28T05:00",
        "2026-03-28T21:00 to 2026-03-29T05:00",
        "2026-03-29T20:00 to 2026-03-30T04:00",
      ],
    ],
    [
      "in autumn leaves the window as long as it is, so that it ends an hour earlier on the clock",
      "cron(0 22 * * *)",
      "2026-10-24T12:00:00Z",
      "2026-10-26T12:00:00Z",
      ["2026-10-24T20:00 to 2026-10-25T04:00", "2026-10-25T21:00 to 2026-10-26T05:00"],
    ],
    [
      "in spring opens no window at a time that it leaves out",
      "cron(30 2 * * *)",
      "2026-03-28T00:00:00Z",
      "2026-03-31T00:00:00Z",
      ["2026-03-28T01:30 to 2026-03-28T09:30", "2026-03-30T00:30 to 2026-03-30T08:30"],
    ],
    [
      "in autumn opens one window at a time that it shows twice, the first time",
      "cron(30 2 * * *)",
      "2026-10-24T00:00:00Z",
      "2026-10-26T12:00:00Z",
      [
        "2026-10-24T00:30 to 2026-10-24T08:30",
        "2026-10-25T00:30 to 2026-10-25T08:30",
        "2026-10-26T01:30 to 2026-10-26T09:30",
      ],
    ],
  ])("%s", (_, expression, from, to, expected) => {
    expect(windows({ ...NIGHTLY, expression }, from, to)).toEqual(expected);
  });

  test.each([
    ["2026-10-25T00:29:00Z", false],
    ["2026-10-25T00:30:00Z", true],
    ["2026-10-25T00:59:00Z", true],
    ["2026-10-25T01:00:00Z", false],
    ["2026-10-25T01:30:00Z", false],
  ])("gives the same answer at %s whenever it is first asked", (instant, isMuted) => {
    const schedule = new MuteSchedule({ ...NIGHTLY, expression: "cron(30 2 * * *)", duration: HOUR / 2 });

    expect(schedule.windowAt(at(instant)) !== undefined).toBe(isMuted);
  });
});

describe("a schedule", () => {
  test("has a window that begins with its first second and no longer holds its end", () => {
    const schedule = new MuteSchedule({ ...NIGHTLY, timezone: "UTC" });

    const muted = ["2026-01-01T21:59:59Z", "2026-01-01T22:00:00Z", "2026-01-02T05:59:59Z", "2026-01-02T06:00:00Z"].map(
      (instant) => schedule.windowAt(at(instant)) !== undefined,
    );

    expect(muted).toEqual([false, true, true, false]);
  });

  test("can be asked in any order", () => {
    const schedule = new MuteSchedule({ ...NIGHTLY, timezone: "UTC" });

    const asked = ["2026-01-05T23:00:00Z", "2026-01-01T23:00:00Z", "2026-01-01T12:00:00Z", "2026-01-05T23:00:00Z"].map(
      (instant) => schedule.windowAt(at(instant))?.start,
    );

    expect(asked).toEqual([at("2026-01-05T22:00:00Z"), at("2026-01-01T22:00:00Z"), undefined, asked[0]]);
  });

  test("makes one window of those that meet", () => {
    const weekend = { ...NIGHTLY, timezone: "UTC", expression: "cron(0 0 * * SAT,SUN)", duration: 24 * HOUR };

    expect(windows(weekend, "2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z")).toEqual([
      "2026-01-03T00:00 to 2026-01-05T00:00",
    ]);
  });

  test.each<[told: string, settings: Partial<ScheduleSettings>, end: string | undefined]>([
    ["a whole December by the hour", { expression: "cron(0 * * 12 *)", duration: HOUR }, "2027-01-01T00:00:00Z"],
    ["what expires first", { expression: "cron(0 * * * *)", expire: "2027-02-01T00:30" }, "2027-02-01T00:30:00Z"],
    ["what goes on for ever", { expression: "cron(0 0 * * *)", duration: 30 * HOUR }, undefined],
  ])("has one end for %s, whenever it is first asked", (_, settings, end) => {
    const given = { ...NIGHTLY, timezone: "UTC", ...settings };
    const early = new MuteSchedule(given);
    early.windowAt(at("2026-12-01T00:00:00Z"));

    const ends = [early, new MuteSchedule(given)].map((one) => one.windowAt(at("2026-12-03T12:00:00Z"))?.end);

    const expected = end === undefined ? Infinity : at(end);
    expect(ends).toEqual([expected, expected]);
  });

  test("opens no window before its start and ends with its expiry, both by its own clock", () => {
    const limited = { ...NIGHTLY, start: "2026-01-02T22:30", expire: "2026-01-05T01:00" };

    expect(windows(limited, "2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z")).toEqual([
      "2026-01-03T21:00 to 2026-01-04T05:00",
      "2026-01-04T21:00 to 2026-01-05T00:00",
    ]);
  });

  test("opens a window at its very start", () => {
    const limited = { ...NIGHTLY, start: "2026-01-02T22:00", expire: "2026-01-03T12:00" };

    expect(windows(limited, "2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z")).toEqual([
      "2026-01-02T21:00 to 2026-01-03T05:00",
    ]);
  });

  test("knows the next window, and that there is none", () => {
    const once = new MuteSchedule({ ...NIGHTLY, expression: "at(2026-01-02T22:00)", timezone: "UTC" });

    const next = [at("2026-01-01T00:00:00Z"), at("2026-01-02T22:00:00Z")].map((instant) => once.windowAfter(instant));

    expect(next).toEqual([{ start: at("2026-01-02T22:00:00Z"), end: at("2026-01-03T06:00:00Z") }, undefined]);
  });

  test.each<[settings: Partial<ScheduleSettings>, says: string]>([
    [{ expression: "0 22 * * *" }, '"0 22 * * *" is neither cron(…) nor at(…)'],
    [{ expression: "rate(1 day)" }, '"rate(1 day)" is neither cron(…) nor at(…)'],
    [{ expression: "cron(*/5 * * * *)" }, 'cron "*/5 * * * *" has */5 for the minute'],
    [{ expression: "at(2026-02-30T22:00)" }, '"2026-02-30T22:00" is no time such as 2026-12-24T18:00'],
    [{ expression: "at(tomorrow)" }, '"tomorrow" is no time such as 2026-12-24T18:00'],
    [{ timezone: "Europe/Atlantis" }, '"Europe/Atlantis" is no time zone such as Europe/Berlin'],
    [{ timezone: "europe/berlin" }, '"europe/berlin" is spelled Europe/Berlin'],
    [{ start: "2026-03-29T02:30" }, "2026-03-29T02:30 is a time that the clock leaves out there"],
    [{ expire: "2026-12-24" }, '"2026-12-24" is no time such as 2026-12-24T18:00'],
  ])("of %j is refused by a sentence", (settings, says) => {
    const refused = () => new MuteSchedule({ ...NIGHTLY, ...settings });

    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(says);
  });
});

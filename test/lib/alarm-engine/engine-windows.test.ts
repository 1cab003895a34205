import { alarm, at, every, play, told } from "./recorded";

describe("the evaluation range", () => {
  it("makes silence of 8 × 15 min fire when the last datum has left 10 periods: at 08:14 and not at 08:13", () => {
    const silent = alarm({ Period: 900, EvaluationPeriods: 8, TreatMissingData: "breaching" });
    const data = every(60, "00:00", "05:43", 0);

    const { transitions } = play({ alarms: [silent], data, start: at("04:00"), end: at("09:00") });

    expect(told(transitions)).toEqual(["04:00:00 OK", "08:14:00 ALARM"]);
  });

  it("is as long as it is told to be", () => {
    const silent = alarm({ EvaluationPeriods: 3, TreatMissingData: "breaching" });
    const data = every(60, "00:00", "01:00", 0);

    const ends = [0, 2, 4].map((rangeBeyond) =>
      play({ alarms: [silent], data, start: at("00:30"), end: at("02:00"), rangeBeyond }),
    );

    expect(ends.map(({ transitions }) => told(transitions).at(-1))).toEqual([
      "01:04:00 ALARM",
      "01:06:00 ALARM",
      "01:08:00 ALARM",
    ]);
  });
});

describe("a sliding window", () => {
  it("is not aligned to its period: a value of 12:15 counts into the window of 12:16", () => {
    const sliding = alarm({ Period: 300, EvaluationPeriods: 3, DatapointsToAlarm: 1 });
    const data = [...every(60, "11:40", "12:14", 0), [at("12:15"), 1] as const];

    const { transitions } = play({ alarms: [sliding], data, start: at("12:00"), end: at("12:16") });

    expect(told(transitions)).toEqual(["12:00:00 OK", "12:16:00 ALARM"]);
    expect(transitions[1]?.reason).toContain("[1.0 (02/03/26 12:11:00)]");
  });

  it("ends with the last whole minute before the evaluation", () => {
    const data = [...every(60, "05:40", "05:52", 0), [at("05:52:59"), 1] as const, [at("05:53:10"), 0] as const];

    const { transitions } = play({
      alarms: [alarm({ Period: 180 })],
      data,
      start: at("05:50"),
      end: at("05:54"),
      tickOffset: 32,
    });

    expect(told(transitions)).toEqual(["05:50:32 OK", "05:53:32 ALARM"]);
    expect(transitions[1]?.reason).toContain("(02/03/26 05:50:00)");
  });

  it("of more than a day moves by the hour", () => {
    const daily = alarm({ Period: 86_400, EvaluationPeriods: 2, DatapointsToAlarm: 1 });
    const data = [[at("09:00"), 0] as const, [at("10:02"), 1] as const];

    const { transitions } = play({
      alarms: [daily],
      data,
      start: at("10:00"),
      end: at("12:30"),
      tickOffset: 180,
    });

    expect(told(transitions)).toEqual(["10:03:00 OK", "11:03:00 ALARM"]);
  });
});

describe("a wall-clock window", () => {
  const WALL_CLOCK = { EvaluationWindow: { WallClockWindow: { Timezone: "UTC" } } };

  it("takes exactly its periods, so that silence fires after as many", () => {
    const silent = alarm({ EvaluationPeriods: 3, TreatMissingData: "breaching", ...WALL_CLOCK });
    const data = every(60, "00:00", "01:00", 0);

    const { transitions } = play({ alarms: [silent], data, start: at("00:30"), end: at("02:00") });

    expect(told(transitions)).toEqual(["00:30:00 OK", "01:04:00 ALARM"]);
  });

  it("shows a value only after the period that holds it has ended", () => {
    const hourly = alarm({ Period: 300, TreatMissingData: "notBreaching", ...WALL_CLOCK });

    const { transitions } = play({ alarms: [hourly], data: [[at("10:01"), 1]], start: at("10:00"), end: at("10:20") });

    expect(told(transitions)).toEqual(["10:00:00 OK", "10:05:00 ALARM", "10:10:00 OK"]);
  });

  it.each([
    [604_800, "UTC", "2026-03-09T00:00:00.000Z"],
    [86_400, "UTC", "2026-03-03T00:00:00.000Z"],
    [86_400, "+05:30", "2026-03-02T18:30:00.000Z"],
    [3600, "UTC-03:30", "2026-03-02T12:30:00.000Z"],
    [300, "Europe/Berlin", "2026-03-02T12:05:00.000Z"],
  ])("of %i s in %s has its first value at %s", (Period, Timezone, expected) => {
    const zoned = alarm({
      Period,
      TreatMissingData: "notBreaching",
      EvaluationWindow: { WallClockWindow: { Timezone } },
    });

    const { transitions } = play({
      alarms: [zoned],
      data: [[at("12:01"), 1]],
      start: at("12:00"),
      end: at("12:00") + 8 * 86_400,
    });

    expect(new Date((transitions[1]?.t ?? 0) * 1000).toISOString()).toBe(expected);
  });
});

describe("high resolution", () => {
  it("is evaluated every ten seconds", () => {
    const fast = alarm({ Period: 30, EvaluationPeriods: 2, Statistic: "Minimum" });
    const data = [...every(15, "10:00", "10:02:00", 0), ...every(15, "10:02:15", "10:05", 1)];

    const { transitions } = play({ alarms: [fast], data, start: at("10:01"), end: at("10:05") });

    expect(told(transitions)).toEqual(["10:01:00 OK", "10:03:10 ALARM"]);
  });
});

describe("data", () => {
  it("that arrive late are seen late", () => {
    const data = [...every(60, "09:00", "09:59", 0), ...every(60, "10:00", "10:05", 1)];
    const played = [0, 10, 70].map((arrivalDelay) =>
      play({ alarms: [alarm()], data, arrivalDelay, start: at("09:30"), end: at("10:05"), tickOffset: 0 }),
    );

    expect(played.map(({ transitions }) => told(transitions).at(-1))).toEqual([
      "10:01:00 ALARM",
      "10:01:00 ALARM",
      "10:02:00 ALARM",
    ]);
  });

  it("may be published in any order", () => {
    const data = [
      ...every(60, "09:00", "09:59", 0),
      ...every(60, "10:00", "10:05", 1),
      ...every(60, "10:06", "10:20", 0),
    ];
    const options = { alarms: [alarm({ EvaluationPeriods: 2 })], start: at("09:30"), end: at("10:20") };

    const inOrder = play({ ...options, data });
    const reversed = play({ ...options, data: data.toReversed() });

    expect(told(inOrder.transitions)).toEqual(["09:30:00 OK", "10:02:00 ALARM", "10:07:00 OK"]);
    expect(reversed.transitions).toEqual(inOrder.transitions);
  });

  it("that no alarm looks back to can be forgotten without changing a verdict", () => {
    const data = [...every(60, "09:00", "09:59", 0), ...every(60, "10:00", "10:05", 1)];
    const engine = play({ alarms: [alarm()], data, start: at("09:30"), end: at("09:50") });

    engine.forget(at("09:40"));
    engine.advance(at("10:05"));

    expect(told(engine.transitions)).toEqual(["09:30:00 OK", "10:01:00 ALARM"]);
  });
});

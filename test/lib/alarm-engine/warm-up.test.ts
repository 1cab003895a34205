import { alarm, at, every, play, told } from "./recorded";

const silence = (warmUp: object): ReturnType<typeof alarm> =>
  alarm({
    Statistic: "SampleCount",
    ComparisonOperator: "LessThanThreshold",
    Threshold: 1,
    TreatMissingData: "breaching",
    Period: 300,
    EvaluationPeriods: 3,
    WarmUpConfiguration: warmUp,
  });

describe("warm-up", () => {
  it("of 5 min × 3 created at 10:00 with data from 10:04 ends at 10:19", () => {
    const warming = silence({ WarmUpPeriodDurationInMinutes: 60 });

    const { transitions } = play({
      alarms: [warming],
      data: every(60, "10:04", "11:30", 1),
      start: at("10:00"),
      end: at("11:30"),
    });

    expect(told(transitions)).toEqual(["10:19:00 OK"]);
  });

  it("lasts its whole time where it is told to", () => {
    const warming = silence({ WarmUpPeriodDurationInMinutes: 60, OnlyStartEvaluatingAfterWarmUpPeriodEnds: true });

    const { transitions } = play({
      alarms: [warming],
      data: every(60, "10:04", "11:30", 1),
      start: at("10:00"),
      end: at("11:30"),
    });

    expect(told(transitions)).toEqual(["11:00:00 OK"]);
  });

  it("without any data ends after its time, and the silence fires then", () => {
    const warming = silence({ WarmUpPeriodDurationInMinutes: 60 });

    const { transitions } = play({ alarms: [warming], data: [], start: at("10:00"), end: at("11:30") });

    expect(told(transitions)).toEqual(["11:00:00 ALARM"]);
  });

  it("happens once: silence within its time fires after it has ended", () => {
    const warming = silence({ WarmUpPeriodDurationInMinutes: 1440 });

    const { transitions } = play({
      alarms: [warming],
      data: every(60, "10:04", "10:30", 1),
      start: at("10:00"),
      end: at("12:00"),
    });

    expect(told(transitions)).toEqual(["10:19:00 OK", "10:56:00 ALARM"]);
  });

  it("is over at once for a metric that was there before the alarm", () => {
    const warming = silence({ WarmUpPeriodDurationInMinutes: 60 });

    const { transitions } = play({
      alarms: [warming],
      data: every(60, "09:00", "11:00", 1),
      start: at("10:00"),
      end: at("11:00"),
    });

    expect(told(transitions)).toEqual(["10:00:00 OK"]);
  });

  it("is what keeps a silence from firing on the first deploy", () => {
    const cold = alarm({ TreatMissingData: "breaching" });

    const { transitions } = play({ alarms: [cold], data: [], start: at("10:00"), end: at("10:05") });

    expect(told(transitions)).toEqual(["10:00:00 ALARM"]);
  });
});

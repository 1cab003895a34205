import { AlarmEngine } from "../../../lib/alarm-engine/engine";
import { ConfigError } from "../../../lib/errors";
import { alarm, at, composite, every, play, told } from "./recorded";

const ACTIONS = { AlarmActions: ["page"], OKActions: ["page"] };

describe("an alarm", () => {
  it("acts on a change of its state only", () => {
    const data = [
      ...every(60, "10:00", "10:09", 0),
      ...every(60, "10:10", "10:19", 1),
      ...every(60, "10:20", "10:40", 0),
    ];

    const { notices } = play({ alarms: [alarm(ACTIONS)], data, start: at("10:05"), end: at("10:40") });

    expect(notices).toEqual([
      { t: at("10:05"), alarm: "A", state: "OK", actions: ["page"] },
      { t: at("10:11"), alarm: "A", state: "ALARM", actions: ["page"] },
      { t: at("10:21"), alarm: "A", state: "OK", actions: ["page"] },
    ]);
  });

  it("with its actions switched off changes its state and acts on nothing", () => {
    const silent = alarm({ ...ACTIONS, ActionsEnabled: false });

    const engine = play({
      alarms: [silent],
      data: every(60, "10:00", "10:10", 1),
      start: at("10:05"),
      end: at("10:10"),
    });

    expect(engine.stateOf("A")).toBe("ALARM");
    expect(engine.notices).toEqual([]);
  });

  it("on metric math counts a period that its expression leaves out as missing", () => {
    const stat = { Metric: { Namespace: "Test", MetricName: "m" }, Period: 60, Stat: "Sum" };
    const ratio = alarm({
      Metrics: [
        { Id: "e1", Expression: "IF(m1 > 5, m1)" },
        { Id: "m1", MetricStat: stat, ReturnData: false },
      ],
    });
    const data = [...every(60, "10:00", "10:09", 1), ...every(60, "10:10", "10:19", 9)];

    const { transitions } = play({ alarms: [ratio], data, start: at("10:05"), end: at("10:15") });

    expect(told(transitions)).toEqual(["10:11:00 ALARM"]);
  });
});

describe("a composite", () => {
  it("leaves INSUFFICIENT_DATA with its first evaluation and follows its children at the same tick", () => {
    const both = composite({ AlarmRule: 'ALARM("A") AND NOT ALARM(B)' });
    const other = alarm({ AlarmName: "B", Threshold: 5 });
    const data = [
      ...every(60, "10:00", "10:09", 0),
      ...every(60, "10:10", "10:14", 1),
      ...every(60, "10:15", "10:20", 9),
    ];

    const { transitions } = play({ alarms: [both, alarm(), other], data, start: at("10:05"), end: at("10:20") });

    const own = transitions.filter((one) => one.alarm === "C");
    expect(told(own)).toEqual(["10:05:00 OK", "10:11:00 ALARM", "10:16:00 OK"]);
    expect(own[1]?.reason).toBe(
      "arn:aws:cloudwatch:us-east-1:123456789012:alarm:A transitioned to ALARM at Monday 02 March, 2026 10:11:00 UTC",
    );
    expect(own[2]?.reason).toContain("alarm:B transitioned to ALARM at ");
  });

  it("of composites comes after them, in whatever order they are given", () => {
    const outer = composite({ AlarmName: "Outer", AlarmRule: "ALARM(Inner)" });
    const inner = composite({ AlarmName: "Inner", AlarmRule: "ALARM(A)" });

    const engine = play({
      alarms: [outer, inner, alarm()],
      data: every(60, "10:00", "10:05", 1),
      start: at("10:05"),
      end: at("10:05"),
    });

    expect(engine.stateOf("Outer")).toBe("ALARM");
  });

  it("whose suppressor speaks up within the wait acts after the extension, on what it is by then", () => {
    const suppressed = composite({
      ...ACTIONS,
      AlarmRule: "ALARM(A)",
      ActionsSuppressor: "B",
      ActionsSuppressorWaitPeriod: 90,
      ActionsSuppressorExtensionPeriod: 150,
    });
    const other = alarm({ AlarmName: "B", Threshold: 5 });
    const data = [...every(60, "10:00", "10:09", 0), [at("10:10"), 1] as const, [at("10:11"), 9] as const];
    const after = every(60, "10:12", "10:30", 1);

    const { notices, transitions } = play({
      alarms: [alarm(), other, suppressed],
      data: [...data, ...after],
      start: at("10:00"),
      end: at("10:30"),
    });

    expect(notices.map(({ t, state }) => [t, state])).toEqual([
      [at("10:01:30"), "OK"],
      [at("10:15:30"), "ALARM"],
    ]);
    expect(transitions.find(({ alarm: name, to }) => name === "C" && to === "ALARM")?.suppressedBy).toBe("WaitPeriod");
  });
});

describe("alarms that cannot be judged", () => {
  it.each([
    [[alarm(), alarm()], "two alarms have one name"],
    [[composite({ AlarmRule: "ALARM(Gone)" })], "alarm C speaks of Gone, which is not given"],
    [[composite({ AlarmRule: "ALARM(C)" })], "speak of each other in a circle: C"],
  ])("are refused (%#): %s", (alarms, says) => {
    const refused = () => new AlarmEngine(alarms, { start: 0 });

    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(says);
  });
});

import { ACTIONS, breaching, mute, notified, STRETCH } from "./muted";
import { alarm, at, every, play, told } from "./recorded";

// "When a mute window ends, if the targeted alarm(s) remains in an alarming state (OK/ALARM/INSUFFICIENT_DATA),
// CloudWatch automatically re-triggers the alarm actions that were muted during the window."
describe("when a mute window ends, an alarm that", () => {
  it.each<[does: string, spans: [string, string][], notices: string[]]>([
    ["fired in it and still fires tells of ALARM", [["10:15", "10:45"]], ["10:30:00 ALARM", "10:46:00 OK"]],
    ["fired and recovered in it tells of OK, and never of ALARM", [["10:15", "10:20"]], ["10:30:00 OK"]],
    [
      "fired before it and still fires has nothing to tell anew",
      [["10:05", "10:45"]],
      ["10:06:00 ALARM", "10:46:00 OK"],
    ],
    ["fired before it and recovered in it tells of OK", [["10:05", "10:20"]], ["10:06:00 ALARM", "10:30:00 OK"]],
    [
      "recovered and fired again in it tells of ALARM once more",
      [
        ["10:05", "10:15"],
        ["10:20", "10:45"],
      ],
      ["10:06:00 ALARM", "10:30:00 ALARM", "10:46:00 OK"],
    ],
    ["fired with its first second is muted", [["10:09", "10:45"]], ["10:30:00 ALARM", "10:46:00 OK"]],
    ["fires with its end is not muted", [["10:29", "10:45"]], ["10:30:00 ALARM", "10:46:00 OK"]],
    ["recovers with its end tells of both", [["10:15", "10:29"]], ["10:30:00 ALARM", "10:30:00 OK"]],
    ["stayed OK tells nothing", [], []],
  ])("%s", (_, spans, notices) => {
    const engine = play({ alarms: [alarm(ACTIONS)], data: breaching(...spans), muteRules: [mute()], ...STRETCH });

    expect(notified(engine.notices)).toEqual(["09:55:00 OK", ...notices]);
  });

  it("lost its data in it and has none yet tells of INSUFFICIENT_DATA", () => {
    const data = every(60, "09:50", "10:12", 0);

    const { notices } = play({ alarms: [alarm(ACTIONS)], data, muteRules: [mute()], ...STRETCH });

    expect(notified(notices)).toEqual(["09:55:00 OK", "10:30:00 INSUFFICIENT_DATA"]);
  });

  it("has no action for the state that it is in tells nothing", () => {
    const data = breaching(["10:15", "10:20"]);

    const { notices } = play({ alarms: [alarm({ AlarmActions: ["page"] })], data, muteRules: [mute()], ...STRETCH });

    expect(notices).toEqual([]);
  });

  it("has its actions switched off tells nothing", () => {
    const silent = alarm({ ...ACTIONS, ActionsEnabled: false });

    const { notices } = play({
      alarms: [silent],
      data: breaching(["10:15", "10:45"]),
      muteRules: [mute()],
      ...STRETCH,
    });

    expect(notices).toEqual([]);
  });
});

describe("a muted alarm", () => {
  it("goes on changing its state, and each change says what mutes it and until when", () => {
    const data = breaching(["10:15", "10:20"], ["10:40", "10:45"]);

    const { transitions } = play({ alarms: [alarm(ACTIONS)], data, muteRules: [mute()], ...STRETCH });

    expect(told(transitions)).toEqual([
      "09:55:00 OK",
      "10:16:00 ALARM",
      "10:21:00 OK",
      "10:41:00 ALARM",
      "10:46:00 OK",
    ]);
    const muted = { mutedBy: "quiet", mutedUntil: at("10:30") };
    expect(transitions.filter((one) => "mutedBy" in one)).toEqual(
      transitions.slice(1, 3).map((one) => expect.objectContaining({ t: one.t, ...muted })),
    );
    expect(transitions[1]).toHaveProperty("mutedBy");
  });

  it("is told of by the end of the window to the second, whenever it is evaluated", () => {
    const options = { data: breaching(["10:15", "10:45"]), muteRules: [mute()], tickOffset: 7, ...STRETCH };

    const { notices } = play({ alarms: [alarm(ACTIONS)], ...options });

    expect(notified(notices)).toEqual(["09:55:07 OK", "10:30:00 ALARM", "10:46:07 OK"]);
  });

  it("leaves others alone, and a rule of alarms that are not there changes nothing", () => {
    const other = alarm({ ...ACTIONS, AlarmName: "B" });
    const elsewhere = mute({}, { MuteTargets: { AlarmNames: ["Elsewhere"] } });

    const { notices } = play({
      alarms: [other],
      data: breaching(["10:15", "10:45"]),
      muteRules: [mute(), elsewhere],
      ...STRETCH,
    });

    expect(notified(notices)).toEqual(["09:55:00 OK", "10:16:00 ALARM", "10:46:00 OK"]);
  });

  it("whose windows overlap is muted until the last one ends, and says which that is", () => {
    const longer = mute({ Expression: "cron(20 10 * * *)" }, { Name: "longer" });

    const { notices, transitions } = play({
      alarms: [alarm(ACTIONS)],
      data: breaching(["10:12", "10:14"], ["10:24", "10:45"]),
      muteRules: [mute(), longer],
      ...STRETCH,
    });

    expect(notified(notices)).toEqual(["09:55:00 OK", "10:40:00 ALARM", "10:46:00 OK"]);
    expect(transitions.map(({ mutedBy, mutedUntil }) => [mutedBy, mutedUntil])).toEqual([
      [undefined, undefined],
      ["quiet", at("10:30")],
      ["quiet", at("10:30")],
      ["longer", at("10:40")],
      [undefined, undefined],
    ]);
  });

  it("is muted by the clock of the rule's zone", () => {
    const inBerlin = mute({ Expression: "cron(10 11 * * *)", Timezone: "Europe/Berlin" });

    const { notices } = play({
      alarms: [alarm(ACTIONS)],
      data: breaching(["10:15", "10:45"]),
      muteRules: [inBerlin],
      ...STRETCH,
    });

    expect(notified(notices)).toEqual(["09:55:00 OK", "10:30:00 ALARM", "10:46:00 OK"]);
  });

  it("is muted anew every day", () => {
    const data = [...every(60, "09:50", "23:59", 0), [at("10:15"), 1] as const];
    const nextDay = data.map(([t, value]) => [t + 86_400, value] as const);

    const { notices } = play({
      alarms: [alarm(ACTIONS)],
      data: [...data, ...nextDay],
      muteRules: [mute()],
      start: at("09:55"),
      end: at("09:55") + 86_400 + 3600,
    });

    expect(notices.map(({ t }) => t)).toEqual(expect.arrayContaining([at("09:55"), at("10:30"), at("10:30") + 86_400]));
    expect(notices.every(({ state }) => state !== "ALARM")).toBe(true);
  });
});

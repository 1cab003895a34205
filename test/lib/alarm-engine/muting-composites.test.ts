import { ACTIONS, breaching, mute, notified, STRETCH } from "./muted";
import { alarm, at, composite, play } from "./recorded";

/** A composite C of A, which B suppresses. */
const both = (wait: number) => [
  alarm(),
  alarm({ AlarmName: "B", Threshold: 5 }),
  composite({
    ...ACTIONS,
    AlarmRule: "ALARM(A)",
    ActionsSuppressor: "B",
    ActionsSuppressorWaitPeriod: wait,
    ActionsSuppressorExtensionPeriod: 60,
  }),
];

describe("a muted composite", () => {
  const muteRules = [mute({}, { MuteTargets: { AlarmNames: ["C"] } })];

  it("whose wait runs out in the window tells when the window ends", () => {
    const { notices } = play({ alarms: both(120), data: breaching(["10:15", "10:45"]), muteRules, ...STRETCH });

    expect(notified(notices)).toEqual(["09:57:00 OK", "10:30:00 ALARM", "10:48:00 OK"]);
  });

  it("whose wait outlasts the window tells when the wait is over", () => {
    const { notices } = play({ alarms: both(120), data: breaching(["10:28", "10:45"]), muteRules, ...STRETCH });

    expect(notified(notices)).toEqual(["09:57:00 OK", "10:31:00 ALARM", "10:48:00 OK"]);
  });

  it("that its suppressor keeps quiet at the end of the window tells after that one's extension", () => {
    const loud = breaching(["10:15", "10:55"]).map(
      ([t, value]) => [t, t >= at("10:25") && t < at("10:35") ? 9 : value] as const,
    );

    const { notices } = play({ alarms: both(60), data: loud, muteRules, ...STRETCH });

    expect(notified(notices)).toEqual(["09:56:00 OK", "10:37:00 ALARM", "10:57:00 OK"]);
  });
});

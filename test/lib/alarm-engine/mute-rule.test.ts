import { alarmsOf, muteRulesOf } from "../../../lib/alarm-engine/template";
import { ConfigError } from "../../../lib/errors";
import { alarm } from "./template-resources";

const SCHEDULE = { Expression: "cron(0 22 * * *)", Duration: "PT8H", Timezone: "Europe/Berlin" };
const ELEVEN_AT_NIGHT = Date.parse("2026-01-05T22:00:00Z") / 1000;

const muteOf = (properties: object = {}, schedule: object = {}, more: object = {}): object => ({
  Type: "AWS::CloudWatch::AlarmMuteRule",
  Properties: {
    Name: "nightly",
    Rule: { Schedule: { ...SCHEDULE, ...schedule } },
    MuteTargets: { AlarmNames: ["A"] },
    ...properties,
  },
  ...more,
});

describe("a mute rule of a template", () => {
  it("is read with its targets, references among them, and its schedule", () => {
    const Description = { "Fn::ImportValue": "unread" };
    const Resources = {
      A: alarm({ AlarmName: { "Fn::Sub": "${AWS::Region}-a" } }),
      B: alarm(),
      Quiet: muteOf({ Description, MuteTargets: { AlarmNames: [{ Ref: "A" }, { Ref: "B" }, "elsewhere"] } }),
    };

    const [found, ...others] = muteRulesOf({ Resources });

    expect(others).toEqual([]);
    expect(found).toMatchObject({ name: "nightly", alarms: ["us-east-1-a", "B", "elsewhere"] });
    expect(found?.schedule.windowAt(ELEVEN_AT_NIGHT)).toEqual({
      start: ELEVEN_AT_NIGHT - 3600,
      end: ELEVEN_AT_NIGHT + 7 * 3600,
    });
  });

  it("without a name goes by its logical id, and without a zone by UTC", () => {
    const [found] = muteRulesOf({ Resources: { Quiet: muteOf({ Name: undefined }, { Timezone: undefined }) } });

    expect(found?.name).toBe("Quiet");
    expect(found?.schedule.windowAt(ELEVEN_AT_NIGHT)?.start).toBe(ELEVEN_AT_NIGHT);
  });

  it("is no alarm", () => {
    expect(alarmsOf({ Resources: { A: alarm(), Quiet: muteOf() } }).map(({ name }) => name)).toEqual(["A"]);
  });

  it("begins and expires by its dates", () => {
    const [found] = muteRulesOf({
      Resources: { Quiet: muteOf({ StartDate: "2026-01-05T00:00", ExpireDate: "2026-01-06T00:00" }) },
    });

    const windows = [-86_400, 0, 7200].map((later) => found?.schedule.windowAt(ELEVEN_AT_NIGHT + later)?.end);

    expect(windows).toEqual([undefined, ELEVEN_AT_NIGHT + 3600, undefined]);
  });

  it.each([
    [{ StartDate: "2026-01-01T00:00", ExpireDate: "2026-01-15T00:00" }, { Duration: "PT30H" }],
    [{}, { Expression: "at(2026-01-01T00:00)", Duration: "P15D" }],
    [{}, { Expression: "cron(0 0 1 * *)", Duration: "P15D" }],
  ])("that ends after 15 days at the latest is read: %j, %j", (properties, schedule) => {
    expect(muteRulesOf({ Resources: { X: muteOf(properties, schedule) } })).toHaveLength(1);
  });

  it.each<[resource: object, says: string]>([
    [muteOf({}, { Expression: "rate(1 hour)" }), 'mute rule nightly: "rate(1 hour)" is neither cron(…) nor at(…)'],
    [muteOf({}, { Expression: undefined }), "mute rule nightly has no Expression"],
    [muteOf({}, { Duration: "8h" }), "mute rule nightly has Duration 8h, which is not within PT1M and P15D"],
    [muteOf({}, { Duration: "P16D" }), "mute rule nightly has Duration P16D, which is not within PT1M and P15D"],
    [muteOf({}, { Timezone: "Atlantis" }), 'mute rule nightly: "Atlantis" is no time zone'],
    [muteOf({ StartDate: "soon" }), 'mute rule nightly: "soon" is no time such as 2026-12-24T18:00'],
    [muteOf({}, { Duration: "PT30H" }), "mute rule nightly never ends: its windows meet for more than 15 days"],
    [muteOf({}, { Duration: "P1D" }), "mute rule nightly never ends: its windows meet for more than 15 days"],
    [muteOf({ Rule: undefined }), "mute rule nightly has no Rule with a Schedule"],
    [muteOf({ MuteTargets: { AlarmNames: [1] } }), "mute rule nightly has AlarmNames that are not texts"],
    [muteOf({ Colour: "blue" }), "mute rule nightly has Colour, which is not evaluated here"],
    [muteOf({}, { TimeZone: "UTC" }), "mute rule nightly has TimeZone in Schedule, which is not evaluated here"],
    [muteOf({ Rule: { Schedule: SCHEDULE, Colour: "blue" } }), "mute rule nightly has Colour in Rule, which is not"],
    [muteOf({ MuteTargets: { Alarms: ["A"] } }), "mute rule nightly has Alarms in MuteTargets, which is not evaluated"],
    [muteOf({ StartDate: { Ref: "Gone" } }), "refers by Ref to Gone"],
    [muteOf({}, {}, { Condition: "Big" }), "has a Condition, which is not resolved here"],
  ])("that cannot be followed is refused by name: %j", (resource, says) => {
    const refused = () => muteRulesOf({ Resources: { X: resource } });

    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(/^template: X/);
    expect(refused).toThrow(says);
  });
});

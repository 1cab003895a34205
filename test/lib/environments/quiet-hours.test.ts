import { type Environment, validateEnvironment } from "../../../lib/environment";
import { quietHoursOver } from "../../../lib/environments/quiet-hours";
import { ConfigError } from "../../../lib/errors";
import { prod } from "../../support/example-environments";

const NIGHTLY = {
  name: "nightly",
  cron: "0 22 * * *",
  duration: "8h",
  timezone: "Europe/Berlin",
  severities: ["warning", "info"],
  why: "Nobody looks at warnings at night.",
} as const;
const { severities: _, ...UNTARGETED } = NIGHTLY;

function refusal(...quietHours: readonly object[]): unknown {
  try {
    return validateEnvironment({ ...prod, quietHours });
  } catch (error) {
    return error;
  }
}

test("an environment that says nothing of them has no quiet hours", () => {
  const { quietHours } = validateEnvironment(prod);

  expect(quietHours).toEqual([]);
});

test.each([
  NIGHTLY,
  { ...NIGHTLY, severities: ["info"], from: "2026-12-24T18:00", until: "2027-01-02T06:00" },
  { ...UNTARGETED, rules: ["QuantumSafeModeActive"], duration: "30m", timezone: "UTC" },
  { ...NIGHTLY, cron: "0 0 * * SAT,SUN", duration: "24h" },
  { ...NIGHTLY, cron: "0 0 29 2 *", duration: "360h" },
  { ...NIGHTLY, until: "2023-05-01T00:00" },
  { ...NIGHTLY, from: "2023-04-01T00:00", until: "2023-05-01T00:00" },
])("quiet hours are possible: %j", (one) => {
  const validated = refusal(one);

  expect(validated).toHaveProperty("quietHours", [one]);
});

test.each<[changes: object, sentence: string]>([
  [{ severities: [] }, "quietHours.nightly names neither severities nor rules"],
  [
    { severities: ["critical"] },
    "quietHours.0.severities.0 must be warning or info: a critical rule is quiet only where it is named, under rules",
  ],
  [{ rules: ["QuantumSafeMode"] }, 'quietHours.0.rules.0 must be the name of a rule, which "QuantumSafeMode" is not'],
  [{ duration: "90s" }, "quietHours.0.duration must be whole minutes or hours such as 30m or 8h, at most 360h"],
  [{ duration: "0m" }, "quietHours.0.duration must be whole minutes or hours such as 30m or 8h, at most 360h"],
  [{ duration: "361h" }, "quietHours.0.duration must be whole minutes or hours such as 30m or 8h, at most 360h"],
  [{ duration: "PT8H" }, "quietHours.0.duration must be whole minutes or hours such as 30m or 8h, at most 360h"],
  [
    { timezone: "Europe/Atlantis" },
    'quietHours.nightly cannot be kept: "Europe/Atlantis" is no time zone such as Europe/Berlin',
  ],
  [{ timezone: "europe/berlin" }, 'quietHours.nightly cannot be kept: "europe/berlin" is spelled Europe/Berlin'],
  [
    { cron: "*/5 * * * *" },
    'quietHours.nightly cannot be kept: cron "*/5 * * * *" has */5 for the minute; a mute rule takes *, numbers and names, "," and "-"',
  ],
  [{ cron: "0 22 30 2 *" }, "quietHours.nightly never begins: there is no such day"],
  [{ cron: "0 0 * * *", duration: "24h" }, "quietHours.nightly never ends: its windows meet for more than 15 days"],
  [{ cron: "0 * * * *", duration: "1h" }, "quietHours.nightly never ends: its windows meet for more than 15 days"],
  [{ from: "2026-12-24" }, "quietHours.0.from must be a time such as 2026-12-24T18:00"],
  [{ until: "2026-13-24T18:00" }, 'quietHours.nightly cannot be kept: "2026-13-24T18:00" is no time such as'],
  [
    { from: "2026-12-24T18:00", until: "2026-12-24T18:00" },
    "quietHours.nightly ends 2026-12-24T18:00, before it begins: 2026-12-24T18:00",
  ],
  [
    { from: "2026-03-29T02:30" },
    "quietHours.nightly cannot be kept: 2026-03-29T02:30 is a time that the clock leaves out there",
  ],
  [{ from: "2026-12-24T23:00", until: "2026-12-25T12:00" }, "quietHours.nightly never begins: there is no such day"],
  [{ name: "Night" }, "quietHours.0.name must be a short name in lower case such as nightly"],
  [{ name: "a--b" }, "quietHours.0.name must be a short name in lower case such as nightly"],
  [{ name: "a-" }, "quietHours.0.name must be a short name in lower case such as nightly"],
  [{ name: "a".repeat(41) }, "quietHours.0.name must be a short name in lower case such as nightly"],
  [{ why: " " }, "quietHours.0.why must say why nobody is to be told"],
])("what cannot work is refused by a sentence: %j", (changes, sentence) => {
  const error = refusal({ ...NIGHTLY, ...changes });

  expect(error).toBeInstanceOf(ConfigError);
  expect((error as Error).message).toMatch(`prod: ${sentence}`);
});

test("two quiet hours of one name are refused", () => {
  const error = refusal(NIGHTLY, NIGHTLY);

  expect(error).toHaveProperty("message", "prod: quietHours has two that are called nightly");
});

test.each([
  ["week-1", "week1"],
  ["a-1-2", "a1-2"],
])("names that are one in a template, %s and %s, are refused", (first, second) => {
  const error = refusal({ ...NIGHTLY, name: first }, { ...NIGHTLY, name: second });

  expect(error).toHaveProperty(
    "message",
    `prod: quietHours has ${first} and ${second}, which cannot be told apart in a template`,
  );
});

test("names that differ by a hyphen before a letter are two", () => {
  const validated = refusal({ ...NIGHTLY, name: "end-of-year" }, { ...NIGHTLY, name: "endofyear" });

  expect(validated).toHaveProperty("quietHours.length", 2);
});

test.each<[changes: object, now: string, told: string[]]>([
  [{}, "2026-01-01T00:00:00Z", []],
  [{ until: "2026-01-01T06:00" }, "2026-01-01T04:59:00Z", []],
  [
    { until: "2026-01-01T06:00" },
    "2026-01-01T05:00:00Z",
    ["quietHours.nightly is over, until 2026-01-01T06:00: it keeps nothing quiet any more"],
  ],
  [
    { from: "2025-12-24T20:00", until: "2025-12-25T20:00" },
    "2025-12-25T08:00:00Z",
    ["quietHours.nightly is over, until 2025-12-25T20:00: it keeps nothing quiet any more"],
  ],
  [{ from: "2026-12-24T20:00", until: "2026-12-25T20:00" }, "2026-01-01T00:00:00Z", []],
])("what is over is told, and nothing else: %j at %s", (changes, now, told) => {
  const { quietHours } = validateEnvironment({ ...prod, quietHours: [{ ...NIGHTLY, ...changes }] });

  const over = quietHoursOver(quietHours, Date.parse(now) / 1000);

  expect(over).toEqual(told);
});

test("a misspelt rule and a critical severity do not compile", () => {
  const misspelt: Environment = {
    ...prod,
    quietHours: [
      {
        ...NIGHTLY,
        // @ts-expect-error critical rules are quiet only where they are named
        severities: ["critical"],
        // @ts-expect-error there is no rule of this name
        rules: ["QuantumSafeModActive"],
      },
    ],
  };

  expect(() => validateEnvironment(misspelt)).toThrow(ConfigError);
});

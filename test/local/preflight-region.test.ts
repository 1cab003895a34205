import type { Environment } from "../../lib/environment";
import type { Held } from "../support/aws-account";
import { dev } from "../support/example-environments";
import { chatting } from "../support/equipped-environment";
import { examining, type Trouble, wordsOf } from "../support/preflight-run";
import { deployable, deployedAccount } from "../support/ready-account";
import { SERVER_TIMEOUT_MS } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const { examined, tellsOf } = examining();
const nothing = (): void => undefined;
const trial: Environment = { ...dev, name: "prod", runbooks: deployable.runbooks };
const trialIn = (...zones: string[]): Environment => ({ ...trial, network: { kind: "trial", zones } });
const quiet: Environment = {
  ...deployable,
  quietHours: [
    {
      name: "nightly",
      cron: "0 22 * * *",
      duration: "8h",
      timezone: "UTC",
      severities: ["warning"],
      why: "Nobody trades.",
    },
  ],
};

const lacksProperty =
  (type: string, property: string): Trouble["change"] =>
  (held) =>
    (held.types[type] = (held.types[type] ?? []).filter((one) => one !== property));
const lacksType =
  (type: string): Trouble["change"] =>
  (held) =>
    delete held.types[type];

describe("what a region's CloudFormation does not know would fail half-way, and is broken:", () => {
  it.each<Trouble>([
    {
      what: "tags of alarms in notifications",
      change: lacksProperty("AWS::CloudWatch::Alarm", "ActionConfiguration"),
      says: "CloudFormation of eu-central-1 knows no ActionConfiguration of AWS::CloudWatch::Alarm",
      fix: "alarmTags: false",
    },
    {
      what: "the same of composite alarms",
      change: lacksProperty("AWS::CloudWatch::CompositeAlarm", "ActionConfiguration"),
      says: "knows no ActionConfiguration of AWS::CloudWatch::CompositeAlarm",
      fix: "alarmTags: false",
    },
    {
      what: "a warm-up, without which a first deploy pages",
      change: lacksProperty("AWS::CloudWatch::Alarm", "WarmUpConfiguration"),
      says: "knows no WarmUpConfiguration of AWS::CloudWatch::Alarm",
      fix: "another region",
    },
    {
      what: "mute rules",
      environment: quiet,
      change: lacksType("AWS::CloudWatch::AlarmMuteRule"),
      says: "knows no AWS::CloudWatch::AlarmMuteRule",
      fix: "take quietHours out",
    },
    {
      what: "Amazon Q",
      environment: { ...chatting, runbooks: deployable.runbooks },
      change: lacksType("AWS::Chatbot::SlackChannelConfiguration"),
      says: "knows no AWS::Chatbot::SlackChannelConfiguration",
      fix: "notify.slack",
    },
    {
      what: "serverless caches",
      environment: trial,
      change: lacksType("AWS::ElastiCache::ServerlessCache"),
      says: "knows no AWS::ElastiCache::ServerlessCache",
      fix: "name a Redis of yours",
    },
  ])("$what", (trouble) => tellsOf(trouble));

  it("and is none of our business where the environment does not use it", async () => {
    const seen = await examined(
      (held) => {
        lacksProperty("AWS::CloudWatch::Alarm", "ActionConfiguration")(held);
        lacksProperty("AWS::CloudWatch::CompositeAlarm", "ActionConfiguration")(held);
        lacksType("AWS::CloudWatch::AlarmMuteRule")(held);
      },
      { ...deployable, alarmTags: false },
    );

    expect(wordsOf(seen, "broken")).toEqual([]);
  });
});

describe("the zones of a trial", () => {
  it.each<Trouble>([
    {
      what: "that are too few",
      environment: trial,
      change: (held) => (held.regionZones = { "eu-central-1a": "available", "eu-central-1b": "impaired" }),
      says: "1 zones of eu-central-1 can be used, and the trial's cache takes 2",
      fix: "another region",
    },
    {
      what: "that are named and not there",
      environment: trialIn("eu-central-1a", "eu-central-1e"),
      change: nothing,
      says: "network.zones has eu-central-1e, which this account cannot use now",
      fix: `zones: ["eu-central-1a","eu-central-1b"]`,
    },
    {
      what: "that are named and out of order",
      environment: trialIn("eu-central-1a", "eu-central-1b"),
      change: (held) => (held.regionZones["eu-central-1a"] = "unavailable"),
      says: "network.zones has eu-central-1a",
      fix: `zones: ["eu-central-1b","eu-central-1c"]`,
    },
  ])("$what are broken", (trouble) => tellsOf(trouble));

  it.each<[string, Environment, (held: Held) => void, string]>([
    ["the first two", trial, nothing, "eu-central-1a and eu-central-1b"],
    [
      "the first two with a default subnet, as CloudFormation takes them",
      trial,
      (held) => (held.defaultZones = ["eu-central-1c", "eu-central-1b"]),
      "eu-central-1b and eu-central-1c",
    ],
    [
      "the first two in an account without default subnets",
      trial,
      (held) => (held.defaultZones = []),
      "eu-central-1a and eu-central-1b",
    ],
    ["those that are named", trialIn("eu-central-1c", "eu-central-1a"), nothing, "eu-central-1c and eu-central-1a"],
  ])("are %s", async (_, environment, change, says) => {
    const seen = await examined(change, environment);

    expect(wordsOf(seen, "known")).toContain(`the trial goes to ${says}`);
    expect(wordsOf(seen, "broken")).toEqual([]);
  });

  it("that may lack the cache or the function are told with two that have both", async () => {
    const seen = await examined((held) => (held.lacking = { elasticache: ["eu-central-1a"] }), trial);

    expect(seen.findings).toContainEqual({
      verdict: "unknown",
      what: "the trial goes to eu-central-1a, where AWS offers no endpoint of elasticache: it may not run there",
      fix: `network: { kind: "trial", zones: ["eu-central-1b","eu-central-1c"] }`,
    });
    expect(wordsOf(seen, "known")).not.toContainEqual(expect.stringMatching(/^the trial goes to/));
  });
});

describe("runbooks at a made-up address", () => {
  const madeUp = "https://github.com/example/quantum-watch/blob/main/docs/runbooks";

  it.each([madeUp, "https://docs.example.com/runbooks", "https://runbooks.invalid"])(
    "%s are broken where somebody is paged",
    async (runbooks) => {
      const seen = await examined(nothing, { ...deployable, runbooks });

      expect(wordsOf(seen, "broken")).toEqual([expect.stringContaining(`runbooks is ${runbooks}, which is made up`)]);
      expect(seen.code).toBe(1);
    },
  );

  it("may wait where nobody is", async () => {
    const seen = await examined(nothing, { ...trial, runbooks: madeUp });

    expect(wordsOf(seen, "unknown")).toContainEqual(expect.stringContaining("which is made up"));
    expect(seen.code).toBe(0);
  });

  it("are found on a deployed stack as well", async () => {
    const seen = await examined(nothing, { ...deployable, runbooks: madeUp }, deployedAccount());

    expect(wordsOf(seen, "broken")).toHaveLength(1);
  });
});

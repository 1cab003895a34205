import type { Environment } from "../../lib/environment";
import type { Held } from "./aws-account";
import { paged, redisBySecret, secretArn } from "./paged-environment";

/** Production whose Redis has a password, and a port that nobody listens at. */
export const deployable = {
  ...paged,
  runbooks: "https://wiki.trading-desk.net/runbooks",
  endpoints: { secretsmanager: "create" },
  redis: { ...redisBySecret, topology: { kind: "single", host: "127.0.0.1", port: 9 } },
} as const satisfies Environment;

/** What every secret holds; none of it may ever be printed. */
export const HUSH = "geheim-9c41";

const { id: vpc, zones, subnetIds, routeTableIds } = paged.network as Extract<typeof paged.network, { kind: "vpc" }>;

const OF_BOTH = ["AlarmName", "AlarmDescription", "AlarmActions", "OKActions", "ActionConfiguration", "Tags"];
const OF_METRICS = [
  "Namespace",
  "MetricName",
  "Dimensions",
  "Statistic",
  "Period",
  "Metrics",
  "EvaluationPeriods",
  "DatapointsToAlarm",
  "ComparisonOperator",
  "Threshold",
  "TreatMissingData",
  "EvaluationWindow",
  "WarmUpConfiguration",
];
const OF_COMPOSITES = [
  "AlarmRule",
  "ActionsSuppressor",
  "ActionsSuppressorWaitPeriod",
  "ActionsSuppressorExtensionPeriod",
];
const OF_MUTE_RULES = ["Name", "Description", "Rule", "MuteTargets", "StartDate", "ExpireDate"];

/** An account in which `deployable` can be deployed and was not yet. */
export function readyAccount(): Held {
  return {
    account: "222222222222",
    stacks: { CDKToolkit: { status: "CREATE_COMPLETE", outputs: { BootstrapVersion: "28" } } },
    vpcs: [vpc, "vpc-00000000"],
    resolvesNames: true,
    subnets: subnetIds.map((id, place) => ({
      id,
      vpc,
      zone: zones[place] ?? "",
      table: routeTableIds[place] ?? "",
      free: 40,
    })),
    groups: { "sg-0fedcba9876543210": vpc },
    endpoints: [],
    zones: [...zones, "eu-central-1d"],
    regionZones: { "eu-central-1c": "available", "eu-central-1b": "available", "eu-central-1a": "available" },
    defaultZones: [...zones],
    lacking: {},
    secrets: {
      [secretArn("redis")]: { text: JSON.stringify({ username: "watch", password: HUSH }) },
      [secretArn("pagerduty")]: { text: JSON.stringify({ url: `https://events.example.com/${HUSH}` }) },
      [secretArn("slack")]: { text: `xoxb-${HUSH}` },
      [secretArn("webhook")]: { text: JSON.stringify({ key: HUSH }) },
      [secretArn("heartbeat")]: { text: `https://beat.example.com/${HUSH}` },
    },
    logGroups: ["/quantum-watch/prod-other/collect"],
    alarms: ["prod-Unrelated"],
    dashboards: ["prod-unrelated"],
    tables: [],
    queues: ["prod-quantum-watch-dead-of-a-rule-of-old", "prod-quantum-watch-other"],
    executions: { limit: 1000, unreserved: 900 },
    reserved: {},
    subscriptions: [],
    types: {
      "AWS::CloudWatch::Alarm": [...OF_BOTH, ...OF_METRICS],
      "AWS::CloudWatch::CompositeAlarm": [...OF_BOTH, ...OF_COMPOSITES],
      "AWS::CloudWatch::AlarmMuteRule": OF_MUTE_RULES,
      "AWS::Scheduler::Schedule": [],
      "AWS::ElastiCache::ServerlessCache": [],
      "AWS::Chatbot::SlackChannelConfiguration": [],
    },
    forbidden: [],
  };
}

const arn = (topic: string): string => `arn:aws:sns:eu-central-1:222222222222:${topic}:0a1b`;

/** Its stack, and everybody told, as after a deploy. */
export function deployedAccount(): Held {
  const [critical, info] = ["prod-quantum-watch-critical", "prod-quantum-watch-info"] as const;
  const ready = readyAccount();
  return {
    ...ready,
    stacks: { ...ready.stacks, "prod-quantum-watch": { status: "UPDATE_COMPLETE" } },
    logGroups: ["/quantum-watch/prod/collect"],
    alarms: ["prod-RedisDown"],
    queues: ["prod-quantum-watch-dead-notify"],
    // No room for anything more: what is its own needs none.
    executions: { limit: 107, unreserved: 100 },
    reserved: { "prod-quantum-watch-collect": 3, "prod-quantum-watch-notify": 4 },
    subscriptions: [
      [critical, "https", "https://events.example.com", arn(critical)],
      [critical, "lambda", "arn:aws:lambda:x", arn(critical)],
      [critical, "email", "oncall@example.com", arn(critical)],
      [info, "email", "digest@example.com", arn(info)],
    ],
  };
}

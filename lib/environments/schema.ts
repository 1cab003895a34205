import * as z from "zod";

import { FAMILIES } from "../collectors";
import { KEY_NAMES } from "../redis/keys";
import type { Duration } from "../rules/duration";
import { RULE_NAMES } from "../rules/names";
import { idOf, matching } from "./fields";
import { notify } from "./notify";
import { quietHours } from "./quiet-hours";
import { redis } from "./redis-schema";

/** Part of every name in AWS, so it stays short and within what all of them take. */
const name = matching(/^[a-z][a-z0-9-]{0,19}$/, "a short name in lower case such as prod");
const functionName = matching(/^[a-z][a-z0-9-]{0,19}$/, "a short name in lower case such as collect");
const account = matching(/^\d{12}$/, "an account of 12 digits");
const region = matching(/^[a-z]{2,4}(-[a-z]+)+-\d$/, "a region such as eu-central-1");
const zone = matching(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "a zone such as eu-central-1a");
const symbol = matching(/^[A-Z0-9]{2,40}$/, "a symbol such as BTCUSDT");

/** A serverless cache needs two. */
export const TRIAL_ZONES = 2;

const network = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("vpc"),
    id: idOf("vpc"),
    zones: z.array(zone).min(1),
    /** One private subnet a zone, in the order of the zones. */
    subnetIds: z.array(idOf("subnet")),
    /** The route table of each subnet, in the same order. */
    routeTableIds: z.array(idOf("rtb")),
  }),
  /** A small VPC that the stack makes, without any way out. */
  z.strictObject({
    kind: z.literal("trial"),
    /** Left out, they are the account's first two; named where one of those cannot take the cache or the function. */
    zones: z
      .array(zone)
      .length(TRIAL_ZONES, `must be ${TRIAL_ZONES} zones: a serverless cache takes two at least`)
      .exactOptional(),
  }),
]);

/** Off, made by the stack, or the security group of one that the VPC has already. */
const endpoint = z.union([z.enum(["off", "create"]), idOf("sg")]);

const duration = z.custom<Duration>(
  (value) => typeof value === "string" && /^\d{1,6}[smh]$/.test(value),
  "must be a duration such as 30s, 5m or 1h",
);

const streamKey = matching(/^[!-+\--~]{1,255}$/, "a stream's key in printable ASCII, without spaces or commas");

const keyName = matching(/^[!-~]{1,255}$/, "a key's name in printable ASCII, without spaces");
const text = z.string().min(1).max(100);

const halt = z.strictObject({
  /** The whole name; `<SYMBOL>` in it stands for each of the symbols. */
  key: keyName,
  /** While the key exists, holds any text, or JSON that does not say otherwise; or one of these texts. */
  on: z.union(
    [z.enum(["exists", "text", "json"]), z.array(text).min(1)],
    "must be exists, text, json or a list of texts",
  ),
  ignoresCase: z.boolean().exactOptional(),
  /** In a few words; it stands in the page. */
  stops: text,
  /** The whole name of the key that says why. */
  reasonKey: keyName.exactOptional(),
  /** Whether a gate reads it; what no gate reads is shown and never counted. */
  gate: z.boolean(),
});

/** Whether its absence pages; left out, it is a warning. */
const critical = z.boolean().default(false);

/** A stream by its key alone, or with what its absence is. */
const declaredStream = z.union([streamKey, z.strictObject({ stream: streamKey, critical })], {
  error: "must be a stream's key in printable ASCII, without spaces or commas, or { stream, critical }",
});

/** As a dashboard's expression takes it: never in Python's or JavaScript's exponents. */
const weight = z.number().min(0.001).max(1000);

/** Days that CloudWatch Logs can keep, as far as anyone here would want. */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365] as const;

/** The shape of an environment's data; what can be said about one field alone. */
export const environmentSchema = z.strictObject({
  name,
  /** Left out, the stack goes to the account of whoever deploys. */
  account: account.exactOptional(),
  region,
  network,
  redis,
  keys: z
    .strictObject({
      prefix: z.string().default("quantum:"),
      /** Whole key names, without the prefix. */
      overrides: z.partialRecord(z.enum(KEY_NAMES), z.string().min(1)).default({}),
    })
    .prefault({}),
  symbols: z.array(symbol).min(1),
  /** Of the Core Safety Kernel, as it is configured. */
  limits: z
    .strictObject({
      /** Windows are read when they end, at every tenth second. */
      windowSec: z.literal([10, 20, 30, 60], { error: "must be 10, 20, 30 or 60" }).default(10),
      globalMax: z.int().min(1).default(20),
      symbolMax: z.int().min(1).default(5),
    })
    .prefault({}),
  faultLookbackMax: z.int().min(1).max(10_000).default(2000),
  /** Whole names of streams that have to be there. Those of the contract are watched even if they are not here. */
  streams: z.array(declaredStream).default([]),
  /** What halts trading besides safe mode, in place of the contract's list. */
  halts: z.array(halt).min(1).exactOptional(),
  /** Consumer groups that have to be there and have alarms of their own, as their streams; all that there are have metrics. */
  groups: z
    .array(
      z.strictObject({
        /** The whole name of its stream. */
        stream: streamKey,
        group: matching(/^[!-~]{1,255}$/, "a group's name in printable ASCII, without spaces"),
        /** Entries that may wait or be unacknowledged; left out, it is the rule's. */
        maxLag: z.int().min(1).exactOptional(),
        critical,
      }),
    )
    .default([]),
  sampleIntervalSec: z.int(),
  harvest: z
    .strictObject({
      /** Read besides the admitted ones, without metrics of their own. */
      symbols: z.array(symbol).default([]),
      /** Whether further symbols are looked for among the keys. */
      discovery: z.enum(["off", "on"]).default("off"),
      /** How many symbols the functions are made for where they look for them: their memory follows it. */
      mostSymbols: z.int().min(1).default(2000),
      /** Left out, it is sampleIntervalSec. */
      intervalSec: z.int().exactOptional(),
      /** Whether the trading system keeps position keys. */
      positions: z.boolean().default(true),
      /**
       * What the board multiplies the components of a kill score by. These are those of the board before this one; the
       * kernel's own are 1.0, 0.5, 0.5 and 0.3.
       */
      weights: z
        .strictObject({
          regimeFlip: weight.default(2),
          sigmaSpike: weight.default(1.5),
          tsDrop: weight.default(2.5),
          agePenalty: weight.default(0.5),
        })
        .prefault({}),
    })
    .prefault({}),
  collectors: z.array(z.enum(FAMILIES)).min(1).default(["safety"]),
  /** Left out, one function takes all of them. */
  functions: z
    .array(
      z.strictObject({
        name: functionName,
        collectors: z.array(z.enum(FAMILIES)).min(1),
        /** Which of so many functions it is that share the harvest's symbols; numbers begin at 1. */
        part: z.strictObject({ number: z.int().min(1), of: z.int().min(2).max(100) }).exactOptional(),
      }),
    )
    .min(1)
    .exactOptional(),
  retentionDays: z.literal(RETENTION_DAYS, { error: `must be one of ${RETENTION_DAYS.join(", ")}` }),
  /** What becomes of logs, records, undelivered messages and the key when the stack goes; retained, it is protected. */
  removal: z.enum(["destroy", "retain"]).default("destroy"),
  tier: z.enum(["alarmed", "boarded", "logged"]),
  publisher: z.enum(["emf", "cloudwatch"]),
  endpoints: z
    .strictObject({ monitoring: endpoint.default("off"), secretsmanager: endpoint.default("off") })
    .prefault({}),
  reservedConcurrency: z.union([z.int(), z.literal("none")], "must be a whole number, or none"),
  logLevel: z.enum(["DEBUG", "INFO", "WARNING", "ERROR"]).default("INFO"),
  /** Where docs/runbooks can be read. */
  runbooks: z.url({ protocol: /^https$/, error: "must be an https URL" }),
  rules: z
    .partialRecord(
      z.enum(RULE_NAMES),
      z.strictObject({
        enabled: z.boolean().exactOptional(),
        value: z.number().exactOptional(),
        values: z.record(z.string(), z.number()).exactOptional(),
        for: duration.exactOptional(),
      }),
    )
    .default({}),
  /**
   * Whether notifications carry an alarm's tags. False where CloudFormation does not take AlarmTagsPropagation; pages are
   * then routed by the names of alarm and topic, which say the same.
   */
  alarmTags: z.boolean().default(true),
  /** When alarms take no action; none by default. */
  quietHours: z.array(quietHours).default([]),
  /** The KMS key of yours that encrypts the secrets; left out, it is the one that AWS keeps for Secrets Manager. */
  secretsKeyArn: matching(
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/,
    "the whole ARN of a key, and not of an alias",
  ).exactOptional(),
  /** Who is told of alarms; left out, the topics are there and nobody hears of them. */
  notify: notify.exactOptional(),
});

/** An environment as it is written down; what has a default may be left out. */
export type Environment = z.input<typeof environmentSchema>;

/** An environment with every default filled in. */
export type CompleteEnvironment = z.output<typeof environmentSchema>;

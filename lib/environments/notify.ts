import * as z from "zod";

import { DAYS } from "../days";
import { type Duration, seconds } from "../rules/duration";
import { RULE_NAMES } from "../rules/names";
import { SEVERITIES } from "../rules/severity";
import { secretArn } from "./secret-arn";

/** What an outside watcher is called at multiples of. */
const HEARTBEAT_SEC = 300;
/** Whoever is told more often learns to look away. */
const LEAST_REPEAT_SEC = 1800;
/** An outside watcher that waits for longer than a day watches nothing. */
const MOST_HEARTBEAT_SEC = 86_400;

const lasting = (isFit: (sec: number) => boolean, sentence: string) =>
  z.custom<Duration>(
    (value) => typeof value === "string" && /^\d{1,6}[smh]$/.test(value) && isFit(seconds(value as Duration)),
    sentence,
  );

const repeat = lasting((sec) => sec >= LEAST_REPEAT_SEC, "must be a duration such as 4h, at least 30m");
const every = lasting(
  (sec) => sec > 0 && sec % HEARTBEAT_SEC === 0 && sec <= MOST_HEARTBEAT_SEC,
  "must be a multiple of 5m, at most 24h",
);
const https = z.url({ protocol: /^https$/, error: "must be an https URL" });
const id = (pattern: RegExp, sentence: string) => z.string().regex(pattern, `must be ${sentence}`);

/** Who is told of alarms, and by which way; every secret is named and none stands here. */
export const notify = z.strictObject({
  pagerduty: z
    .discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("sns"),
        /** Its `url` is the address of PagerDuty's integration with CloudWatch, which holds a key. */
        secretArn,
        /** CloudFormation reads a secret when the template changes only: a new version here is what takes up a new key. */
        versionId: id(/^[A-Za-z0-9-]{32,64}$/, "a version id of the secret").exactOptional(),
      }),
      z.strictObject({ kind: z.literal("events"), secretArn, endpoint: https.exactOptional() }),
    ])
    .exactOptional(),
  email: z
    .array(
      z.strictObject({ address: z.email("must be an e-mail address"), severities: z.array(z.enum(SEVERITIES)).min(1) }),
    )
    .default([]),
  slack: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("webhook"), secretArn }),
      z.strictObject({
        kind: z.literal("bot"),
        secretArn,
        channel: id(/^[CG][A-Z0-9]{8,}$/, "a channel's id such as C0123456789"),
      }),
    ])
    .exactOptional(),
  webhook: z.strictObject({ url: https, secretArn }).exactOptional(),
  /** How often somebody is told again while an alarm fires: the numbers of the Alertmanager before this. */
  quietRepeat: z
    .strictObject({
      critical: repeat.default("4h"),
      warning: repeat.default("24h"),
      rules: z.partialRecord(z.enum(RULE_NAMES), repeat).default({}),
    })
    .prefault({}),
  /** Amazon Q in chat applications; its workspace has to be authorised once in the console. */
  chatbot: z
    .strictObject({
      workspaceId: id(/^T[A-Z0-9]{8,}$/, "a workspace's id such as T0123456789"),
      channelId: id(/^[CG][A-Z0-9]{8,}$/, "a channel's id such as C0123456789"),
    })
    .exactOptional(),
  /** An address of an outside watcher that misses our call; in a secret where knowing it is enough to call. */
  heartbeat: z
    .union(
      [
        z.strictObject({ url: https, every: every.default("5m") }),
        z.strictObject({ secretArn, every: every.default("5m") }),
      ],
      "must have a url or a secretArn, and not both",
    )
    .exactOptional(),
  /** When a marked alarm travels the whole way, by UTC. */
  drill: z
    .strictObject({
      day: z.enum(DAYS),
      at: id(/^([01]\d|2[0-3]):[0-5]\d$/, "a time such as 10:00"),
      severity: z.enum(["critical", "warning"]).default("critical"),
    })
    .exactOptional(),
});

export type Notify = z.output<typeof notify>;

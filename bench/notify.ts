import { setTimeout as delay } from "node:timers/promises";

import { rules } from "../alarms";
import { readNotifyConfig } from "../lib/notify/config";
import { GROUP_WAIT_MS } from "../lib/notify/group";
import type { NotifyContext, SnsEvent } from "../lib/notify/handler";
import { lambdaNotifier } from "../lib/notify/lambda";
import { metricMessage, topicArn } from "../test/support/alarm-messages";
import { NotifySurroundings } from "../test/support/notify-surroundings";
import type { Pagerduty } from "../test/support/receivers/pagerduty";
import { type Slack, textOf } from "../test/support/receivers/slack";
import { median, percentile, type Table } from "./table";

const RUNS = 40;
/** Slack's rate is not what is measured. */
const EVERY_MS = 1300;
/** A page that waits for no group is out within a second. */
const LIMIT_MS = 1000;
const RUN_LIMIT_MS = 98_000;
/** Alarms of one rule that fire together, and how often. */
const TOGETHER = 3;
const GROUP_RUNS = 5;
const WAIT_MS = GROUP_WAIT_MS.critical;

/**
 * From an SNS event to the message taken by Slack and PagerDuty, context and all, as the function runs: real clients of
 * AWS over HTTP to endpoints on this machine, which answer at once. First without waiting for others of a group, then
 * with it.
 */
export async function notifyBench(): Promise<Table> {
  const surroundings = await new NotifySurroundings().listen();
  const { slack, pagerduty } = surroundings;
  const silenced = process.stdout.write.bind(process.stdout);
  try {
    Object.assign(process.env, surroundings.awsVariables);
    const handler = lambdaNotifier(rules, readNotifyConfig(surroundings.settings));
    const times: number[] = [];
    // The function's own log lines would stand in the table.
    process.stdout.write = () => true;
    for (let run = 0; run <= RUNS; run++) {
      await surroundings.fill();
      times.push(await timed(handler, run, slack, pagerduty));
      await delay(EVERY_MS);
    }
    const single = [slack.seen.length, pagerduty.incidents.length] as const;
    const groups: Grouped[] = [];
    for (let run = 0; run < GROUP_RUNS; run++) groups.push(await grouped(handler, run, surroundings));
    process.stdout.write = silenced;
    return table(times, groups, single, slack, pagerduty);
  } finally {
    process.stdout.write = silenced;
    await surroundings.stop();
  }
}

type Handler = (event: SnsEvent, context: NotifyContext) => Promise<void>;

/** Milliseconds until both have it: the picture comes after that, and nobody waits for it. */
async function timed(handler: Handler, run: number, slack: Slack, pagerduty: Pagerduty): Promise<number> {
  const startedAt = Date.now();
  let pagedAt = startedAt;
  pagerduty.before = async () => void (pagedAt = Date.now());
  // Nobody is waited for so long after the change.
  await handled(handler, startedAt - WAIT_MS - 1, `run-${run}`);
  return Math.max(pagedAt, slack.messages.at(-1)?.at ?? Number.NaN) - startedAt;
}

function handled(handler: Handler, at: number, contributor: string): Promise<void> {
  const message = metricMessage({ at, more: { AlarmContributorId: contributor } });
  const event = { Records: [{ Sns: { TopicArn: topicArn("critical"), Message: message } }] };
  return handler(event, { getRemainingTimeInMillis: () => RUN_LIMIT_MS });
}

/** Milliseconds from the change until the receivers had it. */
interface Grouped {
  readonly slackMs: number;
  readonly pagerMs: number;
}

async function grouped(handler: Handler, run: number, surroundings: NotifySurroundings): Promise<Grouped> {
  const { slack, pagerduty } = surroundings;
  await surroundings.fill();
  const at = Date.now();
  let pagedAt = at;
  pagerduty.before = async () => void (pagedAt = Date.now());
  await Promise.all(Array.from({ length: TOGETHER }, (_, place) => handled(handler, at, `group-${run}-${place}`)));
  return { slackMs: (slack.messages.at(-1)?.at ?? Number.NaN) - at, pagerMs: pagedAt - at };
}

const spread = (all: readonly number[]): number[] =>
  [median(all), percentile(all, 0.95), Math.max(...all)].map(Math.round);

function table(
  [first = Number.NaN, ...warm]: readonly number[],
  groups: readonly Grouped[],
  [inSlack, inPagerduty]: readonly [number, number],
  slack: Slack,
  pagerduty: Pagerduty,
): Table {
  const withContext = slack.seen.filter(({ versions }) =>
    versions.some((body) => textOf(body).includes("SYMBOL_RATE_EXCEEDED BTCUSDT BUY")),
  );
  const waits = groups.map(({ slackMs }) => slackMs);
  const after = waits.map((ms) => ms - WAIT_MS);
  const inGroups = slack.seen.length - inSlack;
  return {
    columns: ["", "runs", "first ms", "median ms", "p95 ms", "max ms", "in Slack", "in PagerDuty"],
    rows: [
      ["one alarm, no wait", warm.length, Math.round(first), ...spread(warm), inSlack, inPagerduty],
      [`${TOGETHER} together: Slack`, groups.length, "", ...spread(waits), inGroups, ""],
      ["  of that after the wait", groups.length, "", ...spread(after), "", ""],
      [
        `${TOGETHER} together: PagerDuty`,
        groups.length,
        "",
        ...spread(groups.map(({ pagerMs }) => pagerMs)),
        "",
        pagerduty.incidents.length - inPagerduty,
      ],
    ],
    isMissed: !(percentile(warm, 0.95) <= LIMIT_MS),
    notes: [
      `limit: p95 of ${LIMIT_MS} ms without the wait of ${WAIT_MS} ms; the first run opens every connection`,
      `${withContext.length} of ${slack.seen.length} messages have the context`,
    ],
  };
}

import {
  type AlarmMuteRuleStatus,
  type CloudWatchClient,
  GetAlarmMuteRuleCommand,
  type GetAlarmMuteRuleOutput,
  ListAlarmMuteRulesCommand,
} from "@aws-sdk/client-cloudwatch";

import { nameIn } from "../arn";
import { readIsoDuration } from "../mute/iso-duration";
import { isNotFound } from "./cloudwatch-calls";

/** A mute rule as CloudWatch has it. */
export interface MuteRule {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  readonly alarms: readonly string[];
  readonly description: string;
  /** "at(2026-12-24T18:00)" or "cron(0 22 * * *)", by the clock of the time zone. */
  readonly expression: string;
  readonly duration: string;
  readonly timezone: string;
  /** When it begins to count. */
  readonly from?: Date;
  /** When it no longer counts, or when one that comes once is over. */
  readonly until?: Date;
}

/** A region has at most 2,000 mute rules, and a page holds 50 (ListAlarmMuteRules). */
const MOST_PAGES = 40;

/** An environment's mute rules of some statuses, by name. */
export async function listMuteRules(
  client: CloudWatchClient,
  environment: string,
  statuses: readonly AlarmMuteRuleStatus[],
): Promise<MuteRule[]> {
  const names: string[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const next = token === undefined ? {} : { NextToken: token };
    const answer = await client.send(new ListAlarmMuteRulesCommand({ Statuses: [...statuses], ...next }));
    names.push(...(answer.AlarmMuteRuleSummaries ?? []).map(({ AlarmMuteRuleArn: arn = "" }) => nameIn(arn)));
    token = answer.NextToken;
    if (token === undefined) break;
  }
  const own = names.filter((name) => name.startsWith(`${environment}-`));
  const found: MuteRule[] = [];
  for (const name of own.toSorted()) {
    const rule = await getMuteRule(client, name);
    if (rule !== undefined) found.push(rule);
  }
  return found;
}

/** A mute rule by its name; undefined where there is none. */
export async function getMuteRule(client: CloudWatchClient, name: string): Promise<MuteRule | undefined> {
  try {
    return muteRuleOf(name, await client.send(new GetAlarmMuteRuleCommand({ AlarmMuteRuleName: name })));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function muteRuleOf(name: string, answer: GetAlarmMuteRuleOutput): MuteRule {
  const { AlarmMuteRuleArn: arn = "", Status: status = "unknown", Description: description = "" } = answer;
  const {
    Expression: expression = "",
    Duration: duration = "",
    Timezone: timezone = "UTC",
  } = answer.Rule?.Schedule ?? {};
  const from = answer.StartDate;
  const until = answer.ExpireDate ?? endOf(expression, duration, timezone);
  const alarms = answer.MuteTargets?.AlarmNames ?? [];
  const rule = { name, arn, status, alarms, description, expression, duration, timezone };
  return { ...rule, ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}

/** Of one that comes once, in UTC as silences do. */
function endOf(expression: string, duration: string, timezone: string): Date | undefined {
  const [, at] = /^at\((.+)\)$/.exec(expression) ?? [];
  const seconds = readIsoDuration(duration);
  const start = Date.parse(`${at}:00Z`);
  if (seconds === undefined || timezone !== "UTC" || Number.isNaN(start)) return undefined;
  return new Date(start + seconds * 1000);
}

import type { CollectorLine } from "../../lib/notify/context";
import { type Received, Receiver, type Reply } from "./receivers/receiver";

/** An alarm as DescribeAlarms tells of it. */
export interface DescribedAlarm {
  readonly AlarmName: string;
  readonly StateValue: string;
  readonly StateReason?: string;
  /** A composite alarm has one. */
  readonly AlarmRule?: string;
  readonly [member: string]: unknown;
}

/** A mute rule as GetAlarmMuteRule tells of it. */
export interface DescribedMuteRule {
  readonly Name: string;
  readonly AlarmMuteRuleArn: string;
  readonly Status: "ACTIVE" | "SCHEDULED" | "EXPIRED";
  readonly [member: string]: unknown;
}

/** FilterLogEvents, DescribeAlarms and mute rules, a small page at a time. */
export class AwsContextApi extends Receiver {
  lines: CollectorLine[] = [];
  alarms: DescribedAlarm[] = [];
  muteRules: DescribedMuteRule[] = [];
  pageSize = 2;

  constructor() {
    super((received) => this.#handle(received));
  }

  #handle({ headers, body }: Received): Reply {
    if (headers.authorization?.startsWith("AWS4-HMAC-SHA256 ") !== true) return { status: 403, body: "{}" };
    const call = JSON.parse(body) as Readonly<Record<string, unknown>>;
    if (headers["x-amz-target"] === "Logs_20140328.FilterLogEvents") return this.#filter(call);
    if (headers["x-amz-target"] === "GraniteServiceVersion20100801.DescribeAlarms") return this.#describe(call);
    if (headers["x-amz-target"] === "GraniteServiceVersion20100801.ListAlarmMuteRules") return this.#list(call);
    if (headers["x-amz-target"] === "GraniteServiceVersion20100801.GetAlarmMuteRule") {
      return answer(
        "application/x-amz-json-1.0",
        this.muteRules.find(({ Name }) => Name === call["AlarmMuteRuleName"]) ?? {},
      );
    }
    return { status: 400, body: '{"__type":"UnknownOperationException"}' };
  }

  #filter({ startTime, nextToken, filterPattern }: Readonly<Record<string, unknown>>): Reply {
    if (filterPattern !== "{ $.Environment = * }")
      return { status: 400, body: '{"__type":"InvalidParameterException"}' };
    const from = Number(nextToken ?? 0);
    const found = this.lines.filter(({ at, text }) => at >= Number(startTime) && text.includes('"Environment"'));
    const events = found.slice(from, from + this.pageSize).map(({ at, text }) => ({ timestamp: at, message: text }));
    const next = from + this.pageSize < found.length ? { nextToken: String(from + this.pageSize) } : {};
    return answer("application/x-amz-json-1.1", { events, ...next });
  }

  #list({ Statuses: statuses, NextToken: token }: Readonly<Record<string, unknown>>): Reply {
    const from = Number(token ?? 0);
    const found = this.muteRules.filter(({ Status }) => (statuses as readonly string[]).includes(Status));
    const summaries = found.slice(from, from + this.pageSize).map(({ AlarmMuteRuleArn }) => ({ AlarmMuteRuleArn }));
    const next = from + this.pageSize < found.length ? { NextToken: String(from + this.pageSize) } : {};
    return answer("application/x-amz-json-1.0", { AlarmMuteRuleSummaries: summaries, ...next });
  }

  #describe(call: Readonly<Record<string, unknown>>): Reply {
    const { AlarmNames: names, AlarmNamePrefix: prefix = "", StateValue: state, NextToken: token } = call;
    const types = (call["AlarmTypes"] as readonly string[] | undefined) ?? ["MetricAlarm"];
    const from = Number(token ?? 0);
    const found = this.alarms.filter(
      (alarm) =>
        (!Array.isArray(names) || names.includes(alarm.AlarmName)) &&
        alarm.AlarmName.startsWith(String(prefix)) &&
        (state === undefined || alarm.StateValue === state) &&
        types.includes(alarm.AlarmRule === undefined ? "MetricAlarm" : "CompositeAlarm"),
    );
    const page = found.slice(from, from + this.pageSize);
    const next = from + this.pageSize < found.length ? { NextToken: String(from + this.pageSize) } : {};
    return answer("application/x-amz-json-1.0", {
      MetricAlarms: page.filter(({ AlarmRule: rule }) => rule === undefined),
      CompositeAlarms: page.filter(({ AlarmRule: rule }) => rule !== undefined),
      ...next,
    });
  }
}

const answer = (type: string, body: object): Reply => ({
  status: 200,
  body: JSON.stringify(body),
  headers: { "content-type": type },
});

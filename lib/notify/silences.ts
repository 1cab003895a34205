import {
  type CloudWatchClient,
  DeleteAlarmMuteRuleCommand,
  GetAlarmMuteRuleCommand,
  type GetAlarmMuteRuleOutput,
  ListAlarmMuteRulesCommand,
  PutAlarmMuteRuleCommand,
} from "@aws-sdk/client-cloudwatch";

import { ConfigError } from "../errors";
import { isoDuration, readIsoDuration } from "../mute/iso-duration";
import type { RuleName } from "../rules/names";
import { asked, isNotFound } from "./cloudwatch-calls";

/** A span in which some alarms take no action, asked for by a person. */
export interface Silence {
  readonly environment: string;
  readonly rule: RuleName;
  readonly label?: string;
  /** At most 100, all of them there (PutAlarmMuteRule). */
  readonly alarms: readonly string[];
  /** A full minute. */
  readonly start: Date;
  /** Whole minutes, up to 15 days (PutAlarmMuteRule). */
  readonly seconds: number;
  readonly who: string;
  readonly why: string;
}

/** A mute rule as CloudWatch has it. */
export interface MuteRuleFound {
  readonly name: string;
  readonly status: string;
  readonly alarms: readonly string[];
  readonly description: string;
  /** "at(2026-12-24T18:00)" or "cron(0 22 * * *)", by the clock of the time zone. */
  readonly expression: string;
  readonly duration: string;
  readonly timezone: string;
  /** When one that comes once is over. */
  readonly until?: Date;
}

/** Part of the name of each silence; whoever warns before one ends knows it by that. */
export const SILENCE = "silence";
/** Who and why stand in the description: `why (silenced by who)`. */
export const describe = ({ who, why }: Pick<Silence, "who" | "why">): string => `${why} (silenced by ${who})`;

/** `prod-silence-RedisDown-20261224T1800Z`: whoever finds it knows what it is. */
export function silenceName({ environment, rule, label, start }: Silence): string {
  const at = start.toISOString().slice(0, 16).replaceAll(/[-:]/g, "");
  return [environment, SILENCE, rule, ...(label === undefined ? [] : [label]), `${at}Z`].join("-");
}

/** Mutes its alarms; gives the mute rule's name. Throws ConfigError where CloudWatch does not take it. */
export async function putSilence(client: CloudWatchClient, silence: Silence): Promise<string> {
  const { alarms, start, seconds } = silence;
  const name = silenceName(silence);
  const command = new PutAlarmMuteRuleCommand({
    Name: name,
    Description: describe(silence),
    Rule: {
      Schedule: {
        Expression: `at(${start.toISOString().slice(0, 16)})`,
        Duration: isoDuration(seconds),
        Timezone: "UTC",
      },
    },
    MuteTargets: { AlarmNames: [...alarms] },
    ExpireDate: new Date(start.getTime() + seconds * 1000),
  });
  await asked(`silencing ${silence.rule}`, () => client.send(command));
  return name;
}

/** Names come in pages; nobody has so many that are still to come. */
const MOST_PAGES = 50;

/** An environment's mute rules that mute or are still to: silences, and quiet hours. */
export async function listMuteRules(client: CloudWatchClient, environment: string): Promise<MuteRuleFound[]> {
  const names: string[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const next = token === undefined ? {} : { NextToken: token };
    const command = new ListAlarmMuteRulesCommand({ Statuses: ["ACTIVE", "SCHEDULED"], ...next });
    const answer = await asked("listing the mute rules", () => client.send(command));
    names.push(...(answer.AlarmMuteRuleSummaries ?? []).flatMap(({ AlarmMuteRuleArn: arn }) => nameIn(arn) ?? []));
    token = answer.NextToken;
    if (token === undefined) break;
  }
  const own = names.filter((name) => name.startsWith(`${environment}-`));
  const found: MuteRuleFound[] = [];
  for (const name of own.toSorted()) {
    const rule = await getMuteRule(client, name);
    if (rule !== undefined) found.push(rule);
  }
  return found;
}

/** What stands behind the last colon of its ARN. */
const nameIn = (arn: string | undefined): string | undefined => arn?.split(":").slice(6).join(":") || undefined;

/** A mute rule by its name; undefined where there is none. */
export async function getMuteRule(client: CloudWatchClient, name: string): Promise<MuteRuleFound | undefined> {
  return asked(`looking at ${name}`, async () => {
    try {
      return foundIn(name, await client.send(new GetAlarmMuteRuleCommand({ AlarmMuteRuleName: name })));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  });
}

function foundIn(name: string, answer: GetAlarmMuteRuleOutput): MuteRuleFound {
  const { Status: status = "unknown", Description: description = "", MuteTargets: targets } = answer;
  const {
    Expression: expression = "",
    Duration: duration = "",
    Timezone: timezone = "UTC",
  } = answer.Rule?.Schedule ?? {};
  const until = answer.ExpireDate ?? endOf(expression, duration, timezone);
  const alarms = targets?.AlarmNames ?? [];
  const rule = { name, status, alarms, description, expression, duration, timezone };
  return { ...rule, ...(until === undefined ? {} : { until }) };
}

/** Of one that comes once, in UTC as silences do. */
function endOf(expression: string, duration: string, timezone: string): Date | undefined {
  const [, at] = /^at\((.+)\)$/.exec(expression) ?? [];
  const seconds = readIsoDuration(duration);
  const start = Date.parse(`${at}:00Z`);
  if (seconds === undefined || timezone !== "UTC" || Number.isNaN(start)) return undefined;
  return new Date(start + seconds * 1000);
}

/** Ends a silence at once; throws ConfigError where there is none of that name. */
export async function liftSilence(client: CloudWatchClient, name: string): Promise<void> {
  if ((await getMuteRule(client, name)) === undefined) {
    throw new ConfigError(`there is no mute rule ${JSON.stringify(name)}; silence list shows those that there are`);
  }
  const command = new DeleteAlarmMuteRuleCommand({ AlarmMuteRuleName: name });
  await asked(`lifting ${name}`, () => client.send(command));
}

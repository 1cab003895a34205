import {
  CloudWatchClient,
  GetAlarmMuteRuleCommand,
  type GetAlarmMuteRuleCommandOutput,
  ListAlarmMuteRulesCommand,
} from "@aws-sdk/client-cloudwatch";

import { ConfigError } from "../errors";
import { readIsoDuration } from "../mute/iso-duration";
import { MuteSchedule, type MuteWindow } from "../mute/schedule";
import { alarmFrom } from "./read-alarm";
import type { AlarmEvent } from "./alarm-event";
import { firingPages } from "./firing-pages";
import { type Silence, silencePrefix } from "./silence";

/** Two thousand mute rules are the most of a region; nobody has a tenth of them active. */
const MOST_PAGES = 5;

/** Every alarm of an environment that fires and acts now, as the change that made it fire would be told. */
export async function firingNow(client: CloudWatchClient, environment: string): Promise<AlarmEvent[]> {
  const pages = await firingPages(client, environment);
  const metric = pages.flatMap(({ MetricAlarms: alarms = [] }) => alarms);
  const composite = pages.flatMap(({ CompositeAlarms: alarms = [] }) => alarms);
  // One that is suppressed acts as little as if it did not fire.
  const acting = composite.filter(({ ActionsSuppressedBy: by }) => by === undefined);
  return [...metric.flatMap((alarm) => eventOf(alarm, alarm)), ...acting.flatMap((alarm) => eventOf(alarm))];
}

type Described = NonNullable<Awaited<ReturnType<typeof firingPages>>[number]["CompositeAlarms"]>[number];

function eventOf(alarm: Described, trigger?: object): AlarmEvent[] {
  const { AlarmActions: [topic] = [], StateTransitionedTimestamp: at, ActionsEnabled: isActing = true } = alarm;
  if (topic === undefined || at === undefined || !isActing) return [];
  const message = {
    AlarmName: alarm.AlarmName,
    AlarmArn: alarm.AlarmArn,
    AlarmDescription: alarm.AlarmDescription,
    NewStateValue: "ALARM",
    NewStateReason: alarm.StateReason,
    StateChangeTime: at.toISOString(),
    ...(trigger ? { Trigger: trigger } : {}),
  };
  return [alarmFrom(message, topic)];
}

/** Every mute rule of an environment that mutes now, with its alarms. */
export async function silencesNow(client: CloudWatchClient, environment: string, now: number): Promise<Silence[]> {
  const names: string[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const next = token === undefined ? {} : { NextToken: token };
    const answer = await client.send(new ListAlarmMuteRulesCommand({ Statuses: ["ACTIVE"], ...next }));
    names.push(...(answer.AlarmMuteRuleSummaries ?? []).flatMap(({ AlarmMuteRuleArn: arn }) => nameIn(arn)));
    if (answer.NextToken === undefined) break;
    token = answer.NextToken;
  }
  const own = names.filter((name) => name.startsWith(`${environment}-`));
  const found = await Promise.all(
    own.map((name) => client.send(new GetAlarmMuteRuleCommand({ AlarmMuteRuleName: name }))),
  );
  return found.flatMap((rule) => silenceOf(rule, environment, now));
}

const nameIn = (arn: string | undefined): string[] => {
  const name = arn?.split(":").slice(6).join(":");
  return name ? [name] : [];
};

function silenceOf(rule: GetAlarmMuteRuleCommandOutput, environment: string, now: number): Silence[] {
  const { Name: name, AlarmMuteRuleArn: arn = "", Description: why = "" } = rule;
  const window = windowOf(rule, now / 1000);
  if (name === undefined || window === undefined) return [];
  return [
    {
      name,
      arn,
      why,
      alarms: rule.MuteTargets?.AlarmNames ?? [],
      since: window.start * 1000,
      until: window.end * 1000,
      isByHand: name.startsWith(silencePrefix(environment)),
    },
  ];
}

/** The window that is open now; undefined also where its schedule cannot be read here. */
function windowOf(
  { Rule: rule, StartDate, ExpireDate }: GetAlarmMuteRuleCommandOutput,
  now: number,
): MuteWindow | undefined {
  const { Expression: expression = "", Duration: duration = "", Timezone: timezone = "UTC" } = rule?.Schedule ?? {};
  const seconds = readIsoDuration(duration);
  if (seconds === undefined) return undefined;
  try {
    const window = new MuteSchedule({ expression, duration: seconds, timezone }).windowAt(now);
    const [from, to] = [StartDate, ExpireDate].map((date) => date && date.getTime() / 1000);
    if (window === undefined || (from !== undefined && now < from)) return undefined;
    return { start: window.start, end: Math.min(window.end, to ?? Infinity) };
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

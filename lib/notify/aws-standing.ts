import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";

import { ConfigError } from "../errors";
import { readIsoDuration } from "../mute/iso-duration";
import { MuteSchedule, type MuteWindow } from "../mute/schedule";
import { alarmFrom } from "./read-alarm";
import type { AlarmEvent } from "./alarm-event";
import { firingPages } from "./firing-pages";
import { listMuteRules, type MuteRule } from "./mute-rules";
import { type Silence, silencePrefix } from "./silence";

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
  const active = await listMuteRules(client, environment, ["ACTIVE"]);
  return active.flatMap((rule) => silenceOf(rule, environment, now));
}

function silenceOf(rule: MuteRule, environment: string, now: number): Silence[] {
  const { name, arn, alarms, description: why } = rule;
  const window = windowOf(rule, now / 1000);
  if (window === undefined) return [];
  const isByHand = name.startsWith(silencePrefix(environment));
  return [{ name, arn, why, alarms, since: window.start * 1000, until: window.end * 1000, isByHand }];
}

/** The window that is open now; undefined also where its schedule cannot be read here. */
function windowOf({ expression, duration, timezone, from, until }: MuteRule, now: number): MuteWindow | undefined {
  const seconds = readIsoDuration(duration);
  if (seconds === undefined) return undefined;
  try {
    const window = new MuteSchedule({ expression, duration: seconds, timezone }).windowAt(now);
    if (window === undefined || (from !== undefined && now < from.getTime() / 1000)) return undefined;
    return { start: window.start, end: Math.min(window.end, until === undefined ? Infinity : until.getTime() / 1000) };
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

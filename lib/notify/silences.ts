import { type CloudWatchClient, DeleteAlarmMuteRuleCommand, PutAlarmMuteRuleCommand } from "@aws-sdk/client-cloudwatch";

import { ConfigError } from "../errors";
import { isoDuration } from "../mute/iso-duration";
import type { RuleName } from "../rules/names";
import { asked } from "./cloudwatch-calls";
import { getMuteRule } from "./mute-rules";
import { silencePrefix } from "./silence";

/** A span in which some alarms take no action, asked for by a person. */
export interface SilenceRequest {
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

/** Who and why stand in the description: `why (silenced by who)`. */
export const describe = ({ who, why }: Pick<SilenceRequest, "who" | "why">): string => `${why} (silenced by ${who})`;

/** `prod-silence-RedisDown-20261224T1800Z`: whoever finds it knows what it is. */
export function silenceName({ environment, rule, label, start }: SilenceRequest): string {
  const at = start.toISOString().slice(0, 16).replaceAll(/[-:]/g, "");
  return silencePrefix(environment) + [rule, ...(label === undefined ? [] : [label]), `${at}Z`].join("-");
}

/** Mutes its alarms; gives the mute rule's name. Throws ConfigError where CloudWatch does not take it. */
export async function putSilence(client: CloudWatchClient, silence: SilenceRequest): Promise<string> {
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

/** Ends a silence at once; throws ConfigError where there is none of that name. */
export async function liftSilence(client: CloudWatchClient, name: string): Promise<void> {
  const found = await asked(`looking at ${name}`, () => getMuteRule(client, name));
  if (found === undefined) {
    throw new ConfigError(`there is no mute rule ${JSON.stringify(name)}; silence list shows those that there are`);
  }
  const command = new DeleteAlarmMuteRuleCommand({ AlarmMuteRuleName: name });
  await asked(`lifting ${name}`, () => client.send(command));
}

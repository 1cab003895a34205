import { asked, cloudwatchClient } from "../../lib/notify/cloudwatch-calls";
import { ConfigError } from "../../lib/errors";
import { listMuteRules, type MuteRule } from "../../lib/notify/mute-rules";
import { silencePrefix } from "../../lib/notify/silence";
import { liftSilence } from "../../lib/notify/silences";
import { environmentNamed } from "../alarms/known-rules";
import { printable } from "../terminal";
import { shownTime } from "./shown-time";
import { type CloudwatchOptions, placeOf } from "./silence";

export interface ListOptions extends CloudwatchOptions {
  readonly json?: boolean;
}

type Print = (text: string) => void;

/** Prints what is muted in an environment or will be, by whom and why: silences and quiet hours. */
export async function silenceListCommand({ env, endpointUrl, json }: ListOptions, print: Print): Promise<number> {
  const environment = environmentNamed(env);
  const client = await cloudwatchClient(placeOf(environment, endpointUrl));
  const found = await asked("listing the mute rules", () =>
    listMuteRules(client, environment.name, ["ACTIVE", "SCHEDULED"]),
  );
  if (json) print(JSON.stringify({ muteRules: found }));
  else if (found.length === 0) print(`nothing is muted in ${env}`);
  else print(found.flatMap((one) => linesOf(one)).join("\n"));
  return 0;
}

function linesOf({ name, status, alarms, description, until, ...schedule }: MuteRule): string[] {
  const { expression, duration, timezone } = schedule;
  const end = until === undefined ? "" : `, until ${shownTime(until)}`;
  return [
    `${printable(name)} (${status.toLowerCase()}): ${expression} in ${timezone} for ${duration}${end}`,
    `  ${printable(description)}`,
    ...alarms.map((alarm) => `  ${printable(alarm)}`),
  ];
}

/** Ends a silence before its time. Quiet hours are the stack's: they would be back with the next deploy. */
export async function silenceLiftCommand(
  name: string,
  { env, endpointUrl }: CloudwatchOptions,
  print: Print,
): Promise<number> {
  const environment = environmentNamed(env);
  const prefix = silencePrefix(environment.name);
  if (!name.startsWith(prefix)) {
    throw new ConfigError(
      `${JSON.stringify(name)} is no silence of ${environment.name}: their names begin with ${prefix}`,
    );
  }
  await liftSilence(await cloudwatchClient(placeOf(environment, endpointUrl)), name);
  print(`${name} is lifted: its alarms tell again`);
  return 0;
}

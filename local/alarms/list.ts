import { quietHoursOver } from "../../lib/environments/quiet-hours";
import { latencyOf } from "../../lib/rules/latency";
import { prometheusAlert } from "../../lib/rules/prometheus";
import { prometheusLatencyOf } from "../../lib/rules/prometheus-latency";
import { alarmList } from "../alarm-list";
import { environmentNamed, knownMuteRules, knownRules } from "./known-rules";
import { mutesOf } from "./quiet";

export interface ListOptions {
  readonly env: string;
  readonly json?: boolean;
}

/** Prints every alarm of an environment: a table, or JSON with what is deployed of each. */
export async function listCommand({ env, json }: ListOptions, print: (text: string) => void): Promise<number> {
  const environment = environmentNamed(env);
  if (!json) {
    const over = quietHoursOver(environment.quietHours, Date.now() / 1000);
    print([alarmList(environment).trimEnd(), ...over].join("\n\n"));
    return 0;
  }
  const mutes = knownMuteRules(environment);
  const alarms = knownRules(environment).flatMap(({ rule, alarms: own }) =>
    own.map(({ type, properties }) => ({
      name: properties.AlarmName,
      rule: rule.name,
      severity: rule.severity,
      type,
      properties,
      // Seconds until the rule acts, of an alarm under a composite too: nobody hears of it earlier.
      latency: latencyOf(rule, environment.sampleIntervalSec),
      // Latency is of mirrored rules only.
      prometheus: { ...prometheusAlert(rule), latency: prometheusLatencyOf(rule) },
      // Names of the mute rules that hold its actions back.
      quietBy: mutesOf(mutes, [properties.AlarmName]).map(({ Name }) => Name),
    })),
  );
  print(JSON.stringify({ alarms, muteRules: mutes.map(({ properties }) => properties) }));
  return 0;
}

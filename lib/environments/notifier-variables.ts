import { version } from "../../package.json";
import type { NotifyVariable } from "../notify/config";
import type { RemindVariable } from "../notify/remind-config";
import { seconds } from "../rules/duration";
import { functionsOf } from "./functions";
import { collectLogGroup, tableName } from "./names";
import { channelsOf } from "./paging";
import type { CompleteEnvironment } from "./schema";

/** What every function that tells people is told; `topics` are the ARNs of those that it takes messages of. */
export function notifierVariables(
  environment: CompleteEnvironment,
  topics: readonly string[],
): Record<NotifyVariable, string> {
  return {
    ENVIRONMENT: environment.name,
    SERVICE_VERSION: version,
    LOG_LEVEL: environment.logLevel,
    NOTIFY_CHANNELS: JSON.stringify(channelsOf(environment)),
    NOTIFY_TABLE: tableName(environment.name),
    NOTIFY_TOPICS: topics.join(","),
    NOTIFY_LOG_GROUPS: functionsOf(environment)
      .map(({ name }) => collectLogGroup(environment.name, name))
      .join(","),
    RUNBOOKS: environment.runbooks,
  };
}

/** What the one that repeats is told besides. */
export function remindVariables({ notify }: CompleteEnvironment): Partial<Record<RemindVariable, string>> {
  if (notify === undefined) return {};
  const { quietRepeat, heartbeat, drill } = notify;
  const { critical, warning, rules } = quietRepeat;
  const own = Object.entries(rules).map(([rule, each]) => [rule, seconds(each)]);
  const repeats = { critical: seconds(critical), warning: seconds(warning), rules: Object.fromEntries(own) as object };
  return {
    REMIND_EVERY: JSON.stringify(repeats),
    ...(heartbeat ? { HEARTBEAT: heartbeatOf(heartbeat) } : {}),
    ...(drill ? { DRILL: `${drill.day} ${drill.at}` } : {}),
  };
}

function heartbeatOf({ every, ...to }: NonNullable<NonNullable<CompleteEnvironment["notify"]>["heartbeat"]>): string {
  return JSON.stringify({ ...to, everySec: seconds(every) });
}

/** The function that begins drills needs to know no more. */
export function drillVariables({ name }: CompleteEnvironment): Record<"ENVIRONMENT" | "SERVICE_VERSION", string> {
  return { ENVIRONMENT: name, SERVICE_VERSION: version };
}

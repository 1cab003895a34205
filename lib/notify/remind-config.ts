import { DAYS } from "../days";
import { RULE_NAMES } from "../rules/names";
import { VariableReader } from "../variables";
import { type NotifyConfig, readNotifyConfig } from "./config";
import type { WeeklyDrill } from "./drill";
import { JsonReader } from "./json-reader";
import type { Repeats } from "./reminder";

/** Every environment variable of the function that repeats, besides those of the notifier. */
export const REMIND_VARIABLES = ["REMIND_EVERY", "HEARTBEAT", "DRILL"] as const;

export type RemindVariable = (typeof REMIND_VARIABLES)[number];

/** Whom to tell that we are there, and how often. */
export interface HeartbeatConfig {
  readonly everyMs: number;
  readonly to: { readonly url: string } | { readonly secretArn: string };
}

export interface RemindConfig extends NotifyConfig {
  readonly repeats: Repeats;
  readonly heartbeat?: HeartbeatConfig;
  readonly drill?: WeeklyDrill;
}

/** Reads the environment variables; throws ConfigError with a sentence for what cannot be used. */
export function readRemindConfig(env: Readonly<Record<string, string | undefined>>): RemindConfig {
  const read = new VariableReader<RemindVariable>(env);
  const heartbeat = heartbeatOf(read);
  const drill = drillOf(read);
  const config = {
    ...readNotifyConfig(env),
    repeats: repeatsOf(read),
    ...(heartbeat ? { heartbeat } : {}),
    ...(drill ? { drill } : {}),
  };
  read.check();
  return config;
}

function jsonOf(read: VariableReader<RemindVariable>, name: RemindVariable): JsonReader {
  try {
    return new JsonReader(JSON.parse(read.text(name, "{}")));
  } catch {
    read.wrong(name, "is no JSON");
    return new JsonReader({});
  }
}

/** Seconds by severity and by rule. */
function repeatsOf(read: VariableReader<RemindVariable>): Repeats {
  const json = jsonOf(read, "REMIND_EVERY");
  const ms = (...path: string[]): number => (json.number(...path) ?? 0) * 1000;
  const repeats = {
    critical: ms("critical"),
    warning: ms("warning"),
    rules: Object.fromEntries(
      RULE_NAMES.filter((name) => json.at("rules", name) !== undefined).map((name) => [name, ms("rules", name)]),
    ),
  };
  const all = [repeats.critical, repeats.warning, ...Object.values(repeats.rules)];
  if (!all.every((one) => one > 0)) read.wrong("REMIND_EVERY", "needs seconds of critical and warning, above 0");
  return repeats;
}

function heartbeatOf(read: VariableReader<RemindVariable>): HeartbeatConfig | undefined {
  if (read.text("HEARTBEAT") === undefined) return undefined;
  const json = jsonOf(read, "HEARTBEAT");
  const [url, secretArn, everySec] = [json.text("url"), json.text("secretArn"), json.number("everySec")];
  const to = url === undefined ? secretArn && { secretArn } : { url };
  if (to && everySec !== undefined && everySec > 0) return { to, everyMs: everySec * 1000 };
  read.wrong("HEARTBEAT", "needs a url or a secretArn, and everySec above 0");
  return undefined;
}

/** Such as `MON 10:00`. */
function drillOf(read: VariableReader<RemindVariable>): WeeklyDrill | undefined {
  const text = read.text("DRILL");
  if (text === undefined) return undefined;
  const [, day = "", hour, minute] = /^([A-Z]{3}) (\d\d):(\d\d)$/.exec(text) ?? [];
  const place = DAYS.findIndex((one) => one === day);
  if (place >= 0) return { day: place, minute: Number(hour) * 60 + Number(minute) };
  read.wrong("DRILL", `${JSON.stringify(text)} is no time of a week such as MON 10:00`);
  return undefined;
}

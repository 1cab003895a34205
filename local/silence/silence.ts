import { userInfo } from "node:os";

import type { ValidatedEnvironment } from "../../lib/environment";
import { ConfigError } from "../../lib/errors";
import { cloudwatchClient } from "../../lib/notify/cloudwatch-calls";
import { plainLine } from "../../lib/notify/escape";
import { putSilence } from "../../lib/notify/silences";
import { spanInWords } from "../../lib/notify/wording";
import { MAX_TARGETS } from "../../lib/rules/mute";
import type { Rule } from "../../lib/rules/rule";
import { environmentNamed, type KnownRule, knownRules } from "../alarms/known-rules";
import { shownTime } from "./shown-time";

export interface CloudwatchOptions {
  readonly env: string;
  readonly endpointUrl?: string;
}

export interface SilenceOptions extends CloudwatchOptions {
  readonly for?: string;
  readonly why?: string;
  readonly who?: string;
  readonly label?: string;
  readonly critical?: boolean;
}

type Print = (text: string) => void;

/** Where the environment's alarms are, as the command line says it. */
export const placeOf = ({ region }: ValidatedEnvironment, endpoint: string | undefined) => ({
  region,
  ...(endpoint === undefined ? {} : { endpoint }),
});

/** A sentence or two: it is read in a list. */
const MAX_WHY = 500;
const MAX_WHO = 100;
/** PutAlarmMuteRule: PT1M to P15D. */
const MOST_MINUTES = 15 * 24 * 60;
/** A window of the minute that runs might never open: it begins at the next one, with time for the call. */
const CALL_MS = 5000;
const MINUTE_MS = 60_000;

/** Mutes a rule's alarms for a while; nobody is told of them, and they are judged as ever. */
export async function silenceCommand(name: string, options: SilenceOptions, print: Print): Promise<number> {
  const environment = environmentNamed(options.env);
  const minutes = minutesOf(options.for);
  const why = plainLine(options.why ?? "", MAX_WHY);
  if (why === "") throw new ConfigError("--why: say in a few words why, for whoever finds the alarm muted");
  const { rule, alarms } = alarmsOf(name, environment, options);
  checkSeverity(rule, options);
  const start = new Date(Math.ceil((Date.now() + CALL_MS) / MINUTE_MS) * MINUTE_MS);
  const client = await cloudwatchClient(placeOf(environment, options.endpointUrl));
  const silence = {
    environment: environment.name,
    rule: rule.name,
    ...(options.label === undefined ? {} : { label: options.label }),
    alarms,
    start,
    seconds: minutes * 60,
    who: plainLine(options.who ?? userName(), MAX_WHO),
    why,
  };
  const made = await putSilence(client, silence);
  const end = new Date(start.getTime() + minutes * MINUTE_MS);
  print(`${rule.name} is quiet from ${shownTime(start)} until ${shownTime(end)} (${spanInWords(minutes * MINUTE_MS)})`);
  for (const alarm of alarms) print(`  ${alarm}`);
  print(`by ${silence.who}: ${why}`);
  print(`quantum-watch silence lift ${made} --env ${environment.name} ends it early`);
  return 0;
}

/** Minutes of "30m", "2h" or "1d"; throws ConfigError for what no silence may last. */
function minutesOf(text: string | undefined): number {
  if (text === undefined) throw new ConfigError("--for: say for how long, such as --for 30m, 2h or 1d");
  const [, count, unit = ""] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const minutes =
    Number(count) *
    (new Map([
      ["m", 1],
      ["h", 60],
      ["d", 1440],
    ]).get(unit) ?? Number.NaN);
  if (minutes >= 1 && minutes <= MOST_MINUTES) return minutes;
  throw new ConfigError(`--for: ${JSON.stringify(text)} is none of 30m, 2h, 1d and the like, from 1m to 15d`);
}

function alarmsOf(
  name: string,
  environment: ValidatedEnvironment,
  { label }: SilenceOptions,
): { readonly rule: Rule; readonly alarms: readonly string[] } {
  const all = knownRules(environment);
  const known = all.filter(({ rule }) => rule.name === name);
  const [first] = known;
  if (first === undefined) {
    const names = [...new Set(all.map(({ rule }) => rule.name))].join(", ");
    throw new ConfigError(`no rule ${JSON.stringify(name)} in ${environment.name}; there are ${names}`);
  }
  const acting = known.filter((one) => isActing(one));
  if (acting.length === 0)
    throw new ConfigError(`${name} tells nobody in ${environment.name}: nothing is to be silenced`);
  const meant = label === undefined ? acting : acting.filter(({ alarm }) => alarm.endsWith(`-${name}-${label}`));
  const names = meant.map(({ alarm }) => alarm);
  if (names.length === 0) {
    const are = acting.map(({ alarm }) => alarm).join(", ");
    throw new ConfigError(`--label: ${name} has no alarm for ${JSON.stringify(label)}; its alarms are ${are}`);
  }
  if (names.length > MAX_TARGETS) {
    throw new ConfigError(
      `${name} has ${names.length} alarms, and a mute rule takes ${MAX_TARGETS}: name one by --label`,
    );
  }
  return { rule: first.rule, alarms: names };
}

/** The alarm that acts is the one that is muted: the composite where there is one. */
function isActing({ alarm, alarms }: KnownRule): boolean {
  return alarms.some(({ properties }) => properties.AlarmName === alarm && properties.AlarmActions.length > 0);
}

function checkSeverity({ name, severity, summary }: Rule, { critical }: SilenceOptions): void {
  if (severity !== "critical" || critical) return;
  throw new ConfigError(
    `${name} is critical (${summary}): while it is silenced nobody is paged, whatever happens. ` +
      "Add --critical if that is what you want",
  );
}

/** Whoever sits here; whom AWS knows them as stands in CloudTrail. */
function userName(): string {
  const { USER: user, LOGNAME: login } = process.env;
  return user || login || userInfo().username;
}

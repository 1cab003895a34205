import { ConfigError } from "../errors";
import type { Alarm } from "./alarm";
import { MAX_TARGETS, type MuteRule } from "./mute";

/** Longest name and description of an AWS::CloudWatch::AlarmMuteRule. */
const MAX_NAME_LENGTH = 255;
const MAX_DESCRIPTION_LENGTH = 1024;

/** Throws ConfigError with a sentence for each mute rule that could not be made, or would hide what must not be hidden. */
export function lintMuteRules(mutes: readonly MuteRule[], alarms: readonly Alarm[]): void {
  const names = mutes.map(({ properties }) => properties.Name);
  const sentences = [
    ...mutes.flatMap((mute) => broken(mute, alarms).map((what) => `${mute.properties.Name}: ${what}`)),
    ...names
      .filter((name, place) => names.indexOf(name) !== place)
      .map((name) => `${name}: two mute rules have this name`),
  ];
  if (sentences.length > 0) throw new ConfigError(sentences.join("; "));
}

const unless = (holds: boolean, sentence: string): string[] => (holds ? [] : [sentence]);

function broken(mute: MuteRule, alarms: readonly Alarm[]): string[] {
  const { Name, Description, MuteTargets } = mute.properties;
  const { AlarmNames } = MuteTargets;
  return [
    ...unless(Name.length <= MAX_NAME_LENGTH, `a name has at most ${MAX_NAME_LENGTH} characters`),
    ...unless(
      Description.length <= MAX_DESCRIPTION_LENGTH,
      `the description has ${Description.length} of at most ${MAX_DESCRIPTION_LENGTH} characters`,
    ),
    ...unless(AlarmNames.length > 0, "mutes no alarm"),
    ...unless(AlarmNames.length <= MAX_TARGETS, `mutes more than ${MAX_TARGETS} alarms`),
    ...AlarmNames.flatMap((target) => brokenTarget(target, mute, alarms)),
  ];
}

function brokenTarget(target: string, { named }: MuteRule, alarms: readonly Alarm[]): string[] {
  const alarm = alarms.find(({ properties }) => properties.AlarmName === target);
  if (alarm === undefined) return [`mutes ${target}, which is not there`];
  if (alarm.properties.AlarmActions.length === 0) return [`mutes ${target}, which takes no action`];
  const rule = ruleOf(alarm);
  if (named.some((name) => name === rule)) return [];
  const isHeartbeat = alarms.some((one) => ruleOf(one) === rule && isFiredBySilence(one));
  return [
    ...unless(alarm.severity !== "critical", `mutes ${target}, which is critical, without naming ${rule}`),
    ...unless(!isHeartbeat, `mutes ${target}, which is a heartbeat, without naming ${rule}`),
  ];
}

const ruleOf = ({ properties }: Alarm): string | undefined => properties.Tags.find(({ Key }) => Key === "rule")?.Value;

const isFiredBySilence = (alarm: Alarm): boolean =>
  alarm.type === "AWS::CloudWatch::Alarm" && alarm.properties.TreatMissingData === "breaching";

import { rules } from "../../alarms";
import { ConfigError } from "../../lib/errors";
import { collectLogGroup } from "../../lib/environments/names";
import { partsOfAlarmName } from "../../lib/rules/names";
import { environmentNamed, knownRules } from "../alarms/known-rules";
import { type Palette, palette } from "../terminal";
import { shownIn } from "./channel-views";
import { madeRecording } from "./made-recording";
import { occasionAt } from "./occasion";
import { CHANNELS, type ChannelName, PAGE_STATES, type PageState } from "./preview-choices";
import { ownRecording, readRecording, type Recording } from "./recording";

export interface PreviewOptions {
  readonly env: string;
  readonly state?: PageState;
  readonly channel?: ChannelName;
  readonly event?: string;
  readonly json?: boolean;
}

/** Prints a rule's page for one state and channel, or for all of them; as its receiver sees it, or as it is sent. */
export async function previewCommand(
  name: string | undefined,
  options: PreviewOptions,
  print: (text: string) => void,
  colour: Palette = palette(process.stdout.isTTY),
): Promise<number> {
  const { state, channel, json } = options;
  const recording = await chosen(name, options);
  const { runbooks } = environmentNamed(options.env);
  const environment = recording.event.environment ?? options.env;
  const surroundings = { runbooks, logGroups: [collectLogGroup(environment)] };
  const rule = rules.find((one) => one.name === recording.event.rule);
  const pages: { state: PageState; channel: ChannelName; body: object }[] = [];
  for (const each of state === undefined ? PAGE_STATES : [state]) {
    const occasion = await occasionAt(recording, each, rule, surroundings);
    for (const one of channel === undefined ? CHANNELS : [channel]) {
      const shown = shownIn(one, occasion, colour);
      if (shown === undefined) {
        if (state !== undefined && channel !== undefined) throw new ConfigError(NO_REMINDER);
        continue;
      }
      pages.push({ state: each, channel: one, body: shown.body });
      if (json) continue;
      print([colour.dim(`--- ${each}, as ${one} shows it`), ...shown.lines, ""].join("\n"));
    }
  }
  const [only] = pages;
  const isOne = state !== undefined && channel !== undefined;
  if (json) print(JSON.stringify(isOne ? only?.body : pages, undefined, 2));
  return 0;
}

const NO_REMINDER = "e-mail is CloudWatch's own, at each change of the alarm: it has no reminders";

/** The recording of a file, of a rule or alarm by its name, or else the one of a safe mode. */
async function chosen(name: string | undefined, { event, env }: PreviewOptions): Promise<Recording> {
  const environment = environmentNamed(env);
  if (event !== undefined) {
    if (name === undefined) return readRecording(event);
    throw new ConfigError("--event says which alarm it is of: leave the name away");
  }
  if (name === undefined) return ownRecording("metric");
  const known = knownRules(environment);
  const found = known.find(({ alarm, rule }) => [alarm, rule.name].includes(name));
  if (found === undefined) {
    const isElsewhere = partsOfAlarmName(name)?.rule !== undefined;
    const names = [...new Set(known.map(({ rule }) => rule.name))].join(", ");
    const hint = isElsewhere ? "; --env names the environment" : "";
    throw new ConfigError(`no rule or alarm ${JSON.stringify(name)} in ${env}${hint}; there are ${names}`);
  }
  const own = (["metric", "composite"] as const).map((one) => ownRecording(one));
  return own.find(({ event: { name: alarm } }) => alarm === found.alarm) ?? madeRecording(found, environment);
}

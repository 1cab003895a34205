import { type Command, Option } from "commander";

import type * as Drill from "../drill";
import type * as Preview from "../notify/preview";
import { CHANNELS, PAGE_STATES } from "../notify/preview-choices";
import type * as Silences from "../silence/list";
import type * as Silence from "../silence/silence";
import { lazily } from "./lazily";
import { done, print } from "./outcome";

const PREVIEW_EXAMPLES = `
Examples: quantum-watch notify preview QuantumSafeModeActive --channel slack --state alarm
          quantum-watch notify preview --event recorded-message.json --json`;
const SILENCE_EXAMPLES = `
Examples: quantum-watch silence QuantumRateNearLimit --for 2h --why "load test until noon"
          quantum-watch silence list
          quantum-watch silence lift prod-silence-QuantumRateNearLimit-20261224T1000Z
Region and credentials come from the environment or a profile, as for any AWS tool.`;
const DRILL_EXAMPLES = `
Example: quantum-watch drill --env staging
Exit code 1 when no page comes within 5 minutes.`;

const ENVIRONMENT = ["--env <name>", "the environment whose alarms they are", "prod"] as const;
const ENDPOINT = [
  "--endpoint-url <url>",
  "CloudWatch in another place than AWS; AWS_ENDPOINT_URL does it, too",
] as const;

/** Adds what is about paging: previews of pages, silences, the drill. */
export function addNotify(cli: Command): void {
  const notify = cli.command("notify").description("how people are told of alarms");
  notify
    .command("preview [name]")
    .description("a rule's page as its receivers see it, for every state and channel unless one is named")
    .addOption(new Option("--state <state>", "what is told").choices(PAGE_STATES))
    .addOption(new Option("--channel <channel>", "where it is told").choices(CHANNELS))
    .option("--event <file>", "an alarm's message as SNS, CloudWatch or EventBridge has it, in place of a name")
    .option(...ENVIRONMENT)
    .option("--json", "what is sent; with --state and --channel the very body, else a list of {state, channel, body}")
    .addHelpText("after", PREVIEW_EXAMPLES)
    .action((name: string | undefined, options: Preview.PreviewOptions) =>
      done((lazily("../notify/preview") as typeof Preview).previewCommand(name, options, print)),
    );
  addSilence(cli);
  cli
    .command("drill")
    .description("sets off the synthetic alarm and waits for its page: how long paging takes, and whether it works")
    .option(...ENVIRONMENT)
    .addOption(
      new Option("--from <where>", "where it begins: with the metric, or the alarm's state")
        .choices(["metric", "alarm"])
        .default("metric"),
    )
    .option("--who <name>", "who asks for it (default: who is logged in)")
    .option("--json", "for machines: {alarm, began, seconds}")
    .option(...ENDPOINT)
    .addHelpText("after", DRILL_EXAMPLES)
    .action((options: Drill.DrillOptions) => done((lazily("../drill") as typeof Drill).drillCommand(options, print)));
}

const silences = () => lazily("../silence/list") as typeof Silences;

function addSilence(cli: Command): void {
  const silence = cli
    .command("silence <rule>")
    .description("mutes a rule's alarms for a while; `silence list` shows what is muted, `silence lift` ends it")
    .option("--for <duration>", "for how long: 30m, 2h, 1d, up to 15d")
    .option("--why <words>", "why, for whoever finds the alarm muted")
    .option("--who <name>", "who asks for it (default: USER)")
    .option("--label <name>", "the alarm of one symbol, function or whatever the rule is split by")
    .option("--critical", "mute a rule that pages")
    .option(...ENVIRONMENT)
    .option(...ENDPOINT)
    .addHelpText("after", SILENCE_EXAMPLES)
    .action((rule: string, options: Silence.SilenceOptions) =>
      done((lazily("../silence/silence") as typeof Silence).silenceCommand(rule, options, print)),
    );
  silence
    .command("list")
    .description("what is muted or will be, by whom and why: silences and quiet hours")
    .option(...ENVIRONMENT)
    .option("--json", "for machines: {muteRules}")
    .option(...ENDPOINT)
    .action((_: object, command: Command) =>
      done(silences().silenceListCommand(command.optsWithGlobals<Silences.ListOptions>(), print)),
    );
  silence
    .command("lift <name>")
    .description("ends a silence before its time")
    .option(...ENVIRONMENT)
    .option(...ENDPOINT)
    .action((name: string, _: object, command: Command) =>
      done(silences().silenceLiftCommand(name, command.optsWithGlobals<Silence.CloudwatchOptions>(), print)),
    );
}

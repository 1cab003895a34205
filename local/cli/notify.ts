import { type Command, Option } from "commander";

import { CHANNELS } from "../notify/channel-views";
import { previewCommand, type PreviewOptions } from "../notify/preview";
import { PAGE_STATES } from "../notify/recording";
import { done, print } from "./outcome";

const PREVIEW_EXAMPLES = `
Examples: quantum-watch notify preview QuantumSafeModeActive --channel slack --state alarm
          quantum-watch notify preview --event recorded-message.json --json`;

/** Adds what is about paging: previews of pages, silences, the drill. */
export function addNotify(cli: Command): void {
  const notify = cli.command("notify").description("how people are told of alarms");
  notify
    .command("preview [name]")
    .description("a rule's page as its receivers see it, for every state and channel unless one is named")
    .addOption(new Option("--state <state>", "what is told").choices(PAGE_STATES))
    .addOption(new Option("--channel <channel>", "where it is told").choices(CHANNELS))
    .option("--event <file>", "an alarm's message as SNS, CloudWatch or EventBridge has it, in place of a name")
    .option("--env <name>", "the environment whose alarm it is", "prod")
    .option("--json", "what is sent; with --state and --channel the very body, else a list of {state, channel, body}")
    .addHelpText("after", PREVIEW_EXAMPLES)
    .action((name: string | undefined, options: PreviewOptions) => done(previewCommand(name, options, print)));
}

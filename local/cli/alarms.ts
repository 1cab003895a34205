import type { Command } from "commander";

import { MOST_EPOCH_SEC } from "../alarms/datapoints";
import type * as Evaluate from "../alarms/evaluate";
import type * as Explain from "../alarms/explain";
import type * as List from "../alarms/list";
import type * as Test from "../alarms/test";
import { lazily } from "./lazily";
import { wholeNumber } from "./numbers";
import { done, print } from "./outcome";

/** PutMetricData takes data up to two weeks old. */
const MOST_DELAY = 14 * 86_400;
/** Up to the year 2286; what is beyond was said in milliseconds. */
const EPOCH = wholeNumber(MOST_EPOCH_SEC);

const ENVIRONMENT = ["--env <name>", "the environment whose thresholds count", "prod"] as const;

/** Adds `alarms` and all that stands under it. */
export function addAlarms(cli: Command): void {
  const alarms = cli.command("alarms").description("what CloudWatch would make of the alarms, without deploying them");
  alarms
    .command("list")
    .description("every alarm of an environment: severity, window, latency, condition")
    .option(...ENVIRONMENT)
    .option(
      "--json",
      "for machines: {alarms, muteRules}, with their properties and the Prometheus rules that alarms mirror",
    )
    .action((options) => done((lazily("../alarms/list") as typeof List).listCommand(options, print)));
  alarms
    .command("explain <name>")
    .description("one rule in words, with its latency; the name is a rule's or an alarm's")
    .option(...ENVIRONMENT)
    .action((name: string, options: { env: string }) =>
      done((lazily("../alarms/explain") as typeof Explain).explainCommand(name, options, print)),
    );
  alarms
    .command("test [files...]")
    .description("test vectors of the rules, by default all that stand beside them; exit code 1 if one fails")
    .option(...ENVIRONMENT)
    .option("--only <rule>", "the vectors and the coverage of one rule")
    .option("--junit <file>", "write a JUnit report there")
    .option("--json", "for machines: {vectors, coverage, lacks}")
    .addHelpText("after", "\nExample: quantum-watch alarms test alarms/safety.vectors.yaml --only RedisDown")
    .action((files: string[], options) =>
      done((lazily("../alarms/test") as typeof Test).testCommand(files, options, print)),
    );
  alarms
    .command("evaluate")
    .description("state transitions of a template's alarms over recorded datapoints, as JSON: {transitions}")
    .requiredOption("--template <file>", "a synthesized CloudFormation template, JSON")
    .requiredOption("--datapoints <file>", "a line each: {t: epoch seconds, namespace, name, dimensions, value}")
    .option("--start <seconds>", "epoch second from which alarms are there (default: the first datapoint)", EPOCH)
    .option("--end <seconds>", "epoch second of the last evaluation (default: the last datapoint)", EPOCH)
    .option("--tick-offset <seconds>", "second of the minute at which alarms are evaluated", wholeNumber(59), 0)
    .option("--arrival-delay <seconds>", "how long a datapoint takes to be seen", wholeNumber(MOST_DELAY), 0)
    .action((options) => done((lazily("../alarms/evaluate") as typeof Evaluate).evaluateCommand(options, print)));
}

import { readFile } from "node:fs/promises";

import type { Alarm, MuteRule } from "../../lib/alarm-engine/definition";
import { AlarmEngine } from "../../lib/alarm-engine/engine";
import { alarmsOf, muteRulesOf } from "../../lib/alarm-engine/template";
import { ConfigError } from "../../lib/errors";
import { readDatapoints, type Recorded } from "./datapoints";
import { unreadable } from "./unreadable";

/** Times in epoch seconds, durations in seconds. */
export interface EvaluateOptions {
  readonly template: string;
  readonly datapoints: string;
  readonly start?: number;
  readonly end?: number;
  readonly tickOffset: number;
  readonly arrivalDelay: number;
}

/** Prints the state transitions of a template's alarms over recorded datapoints, as JSON. */
export async function evaluateCommand(options: EvaluateOptions, print: (text: string) => void): Promise<number> {
  const { alarms, muteRules } = await readTemplate(options.template);
  const recorded = await readDatapoints(options.datapoints, options.arrivalDelay);
  const { start, end } = spanOf(options, recorded);
  const { tickOffset } = options;
  const engine = new AlarmEngine(alarms, { start, tickOffset, store: recorded.store, muteRules });
  engine.advance(end);
  const transitions = engine.transitions.map(({ t, alarm, from, to, reason, mutedBy }) => ({
    t,
    alarm,
    from,
    to,
    reason,
    // Left out of the JSON where nothing mutes.
    mutedBy,
  }));
  print(JSON.stringify({ transitions }));
  return 0;
}

interface Deployed {
  readonly alarms: readonly Alarm[];
  readonly muteRules: readonly MuteRule[];
}

async function readTemplate(file: string): Promise<Deployed> {
  const text = await readFile(file, "utf8").catch(unreadable(file));
  let template: unknown;
  try {
    template = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${file}: no JSON: ${error instanceof Error ? error.message : ""}`, { cause: error });
  }
  return { alarms: alarmsOf(template), muteRules: muteRulesOf(template) };
}

function spanOf(options: EvaluateOptions, { first, last }: Recorded): { readonly start: number; readonly end: number } {
  const { start = first, end = last } = options;
  if (!Number.isFinite(start) || !Number.isFinite(end)) {
    throw new ConfigError(`${options.datapoints}: holds no datapoint, so --start and --end have to be said`);
  }
  if (start > end) throw new ConfigError(`the start, ${start}, is after the end, ${end}`);
  return { start, end };
}

import { userInfo } from "node:os";

import { beginDrill, type DrillFrom, secondsToPage } from "../lib/notify/call-drill";
import { type Clock, systemClock } from "../lib/notify/clock";
import { cloudwatchClient } from "../lib/notify/cloudwatch-calls";
import { plainLine } from "../lib/notify/escape";
import { number } from "../lib/notify/wording";
import { drillAlarmName } from "../lib/rules/names";
import { environmentNamed } from "./alarms/known-rules";
import { type CloudwatchOptions, placeOf } from "./silence/silence";

export interface DrillOptions extends CloudwatchOptions {
  readonly from?: DrillFrom;
  readonly who?: string;
  readonly json?: boolean;
}

/** From the datum to the page it takes a minute or two: period, evaluation, delivery, and the measure's own way back. */
const WAITED_MS = 300_000;
const ASKED_EVERY_MS = 5000;
const MAX_WHO = 100;

/** Sets off the synthetic alarm and waits for its page; 1 where none comes. */
export async function drillCommand(
  { env, endpointUrl, from = "metric", who = userInfo().username, json = false }: DrillOptions,
  print: (text: string) => void,
  clock: Clock = systemClock,
): Promise<number> {
  const environment = environmentNamed(env);
  const { name } = environment;
  const client = await cloudwatchClient(placeOf(environment, endpointUrl));
  const began = new Date(clock.now());
  await beginDrill(client, { environment: name, from, at: began, who: plainLine(who, MAX_WHO) });
  if (!json)
    print(`${drillAlarmName(name)} is set off by its ${from === "metric" ? "metric" : "state"}; waiting for its page`);
  const until = began.getTime() + WAITED_MS;
  let seconds: number | undefined;
  while (seconds === undefined && clock.now() + ASKED_EVERY_MS <= until) {
    await clock.sleep(ASKED_EVERY_MS);
    seconds = await secondsToPage(client, name, began, clock.now());
  }
  if (json) print(JSON.stringify({ alarm: drillAlarmName(name), began, seconds: seconds ?? null }));
  else if (seconds === undefined) print(NO_PAGE);
  else print(`paged in ${number(seconds)} s`);
  return seconds === undefined ? 1 : 0;
}

const NO_PAGE =
  `no page within ${WAITED_MS / 60_000} min: look whether the alarm went off, then at the dead-letter queues ` +
  "of its topic's subscriptions, then at the notifier's log";

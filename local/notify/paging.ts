import type { Config } from "../../lib/config";
import type { LiveAlarms } from "../alarms/live";
import type { Clock } from "../clock";
import type { Palette } from "../terminal";
import { LiveContext } from "./live-context";
import { Pages } from "./pages";
import { realTime } from "./real-time";
import { receiversOf } from "./receivers";

export interface PagingOptions {
  readonly config: Config;
  readonly alarms: LiveAlarms;
  readonly clock: Clock;
  readonly print: (text: string) => void;
  readonly colour: Palette;
  readonly env?: NodeJS.ProcessEnv;
}

/** Pages as they go out of this process: shown, and delivered where the environment names a receiver. */
export interface Paging {
  /** Takes each slot before the alarms do. */
  readonly context: LiveContext;
  readonly pages: Pages;
}

/** Lets what the alarms tell become pages; throws ConfigError for a receiver that cannot be reached. */
export function startPaging({ config, alarms, clock, print, colour, env = process.env }: PagingOptions): Paging {
  const { environment, tier } = config;
  const receivers = receiversOf(env, realTime);
  const context = new LiveContext({ environment, tier, standing: alarms.standing, now: clock.now });
  const surroundings = { runbooks: alarms.runbooks, logGroups: [] };
  const pages = new Pages({ context, surroundings, clock, receivers, print, colour });
  alarms.onTold = (told) => pages.tell(told);
  if (receivers.length > 0) {
    print(`pages go out for real: ${receivers.map((one) => `${one.name} (${one.severities.join(", ")})`).join(", ")}`);
  }
  return { context, pages };
}

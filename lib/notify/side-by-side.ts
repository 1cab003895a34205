import type { Log } from "../log";
import type { AlarmEvent } from "./alarm-event";
import type { Channel } from "./channel";
import type { Clock } from "./clock";
import { type Failure, named, type Outcome } from "./outcome";

/** Tells channels side by side; one that fails keeps no other one waiting, and is logged. */
export async function tellEach(
  channels: readonly Channel[],
  events: readonly AlarmEvent[],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  telling: (channel: Channel) => Promise<readonly string[]>,
): Promise<Outcome> {
  const outcomes = await Promise.allSettled(
    channels.map(async (channel) => {
      const startedAt = clock.now();
      const told = await telling(channel);
      const what = told.length > 0 ? "told" : "nothing to tell";
      log.info(what, { ...named(events), channel: channel.name, told, ms: clock.now() - startedAt });
      return told;
    }),
  );
  const failures = outcomes.flatMap((one, place) =>
    one.status === "rejected" ? [{ channel: channels[place]?.name ?? "", error: one.reason as unknown }] : [],
  );
  logFailures(events, failures, log);
  const told = outcomes.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  const begun = channels.flatMap((channel, place) => {
    const outcome = outcomes[place];
    const isBegun = outcome?.status === "fulfilled" && outcome.value.includes("alarm");
    return isBegun ? events.map((event) => ({ channel, event })) : [];
  });
  return { told, failures, begun };
}

/** An error line for each channel that was not told. */
export function logFailures(events: readonly AlarmEvent[], failures: readonly Failure[], log: Log): void {
  for (const { channel, error } of failures) log.error("not told", { ...named(events), channel, error });
}

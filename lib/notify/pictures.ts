import { within } from "../deadline";
import type { Log } from "../log";
import type { AlarmEvent } from "./alarm-event";
import type { ChartSource } from "./charts";
import type { Clock } from "./clock";
import { plainLine } from "./escape";
import type { IncidentStore } from "./incident-store";
import { NOTHING_SEEN } from "./incidents";
import { type Begun, named } from "./outcome";
import { read } from "./remembering";

export interface PictureOptions {
  readonly charts: ChartSource;
  readonly store: IncidentStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly deadline: number;
}

/** What a run lasts longer at most, as others wait for its place in a storm. */
const PICTURES_MS = 8000;
/** A chart is there within a second; the rest is for uploading it. */
const DRAW_MS = 4000;
/** CloudWatch lets no alarm's name be longer. */
const MAX_TITLE = 255;
/** Of one run; CloudWatch draws twenty a second, and in a storm nobody looks at each. */
const MOST_PICTURES = 5;

/**
 * Adds a picture to each incident that was just told and has a message to itself, once. Nothing is thrown: what goes wrong
 * is logged and costs only the picture.
 */
export async function addPictures(begun: readonly Begun[], options: PictureOptions): Promise<void> {
  const deadline = Math.min(options.deadline, options.clock.now() + PICTURES_MS);
  const found = await Promise.all(begun.map((one) => guarded(one, options, () => targetOf(one, options))));
  const targets = found.flatMap((target) => target ?? []).slice(0, MOST_PICTURES);
  await Promise.all(targets.map((one) => guarded(one, options, () => add(one, { ...options, deadline }))));
}

interface Target extends Begun {
  readonly attach: NonNullable<Begun["channel"]["attach"]>;
  readonly handle: string;
}

/** Where a picture belongs: a drill has none, nor what stands in the message of a group, which has the handle. */
async function targetOf({ channel, event }: Begun, { store }: PictureOptions): Promise<Target | undefined> {
  const { attach } = channel;
  if (attach === undefined || event.state !== "ALARM" || event.isDrill) return undefined;
  const { record } = await read(store, `${channel.name} ${event.identity}`);
  const { handle } = record.shown[event.at.getTime()] ?? {};
  return handle === undefined ? undefined : { channel, event, attach, handle };
}

async function add(target: Target, { store, charts, clock, log, deadline }: PictureOptions): Promise<void> {
  const { channel, event, attach, handle } = target;
  const startedAt = clock.now();
  // Before it is drawn: after a crash in between there is no picture, and never two.
  if (!(await store.put(pictureKey(channel.name, event), NOTHING_SEEN, 0))) return;
  const picture = await drawn(charts, event, Math.min(DRAW_MS, deadline - startedAt));
  await attach({ handle, picture, title: plainLine(event.name, MAX_TITLE), deadline });
  log.info("a picture was added", { ...named([event]), channel: channel.name, ms: clock.now() - startedAt });
}

/** Under which it is remembered that an incident has its picture in a channel, or was to have it. */
const pictureKey = (channel: string, { identity, at }: AlarmEvent): string =>
  `${channel} picture ${identity}@${at.getTime()}`;

async function drawn(charts: ChartSource, event: AlarmEvent, limitMs: number): Promise<Uint8Array<ArrayBuffer>> {
  const end = new AbortController();
  try {
    return await within(limitMs, Infinity, "drawing the chart", charts.draw(event, end.signal));
  } finally {
    end.abort();
  }
}

async function guarded<T>(
  { channel, event }: Begun,
  { log }: PictureOptions,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    log.warning("no picture", { ...named([event]), channel: channel.name, error });
    return undefined;
  }
}

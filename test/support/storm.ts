import { metricMessage } from "./alarm-messages";

/** One message on its way, and when it arrives (epoch ms). */
export interface Arrival {
  readonly at: number;
  readonly message: string;
}

/** What really happened to one alarm: the beginning and end of each incident (epoch ms). */
export interface History {
  readonly label: string;
  readonly incidents: readonly { readonly since: number; readonly until?: number }[];
}

export interface Storm {
  readonly arrivals: readonly Arrival[];
  readonly histories: readonly History[];
}

/** A generator of numbers from 0 to 1 that gives the same ones each time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SECOND_MS = 1000;
/** How far one message may overtake another. */
const DISORDER_MS = 120 * SECOND_MS;

/** Alarms that flap for a while, and every change told several times and in disorder, so many messages in all. */
export function stormOf(alarms: number, messages: number, start: number, random: () => number): Storm {
  const histories = Array.from({ length: alarms }, (_, place) => historyOf(`a${place}`, start, random));
  const changes = histories.flatMap(changesOf);
  const arrivals = Array.from({ length: messages }, (_, place): Arrival => {
    // Each change at least once; whoever comes after that is a duplicate.
    const change = changes[place < changes.length ? place : Math.floor(random() * changes.length)];
    if (change === undefined) throw new Error("a storm needs changes");
    return { at: change.at + random() * DISORDER_MS, message: change.message };
  });
  return { arrivals: arrivals.toSorted((a, b) => a.at - b.at), histories };
}

function historyOf(label: string, start: number, random: () => number): History {
  const incidents: { since: number; until?: number }[] = [];
  let at = start + Math.floor(random() * 300) * SECOND_MS;
  const count = 3 + Math.floor(random() * 6);
  for (let place = 0; place < count; place++) {
    const until = at + (10 + Math.floor(random() * 120)) * SECOND_MS;
    const isLeftOpen = place === count - 1 && random() < 0.5;
    incidents.push(isLeftOpen ? { since: at } : { since: at, until });
    at = until + (10 + Math.floor(random() * 120)) * SECOND_MS;
  }
  return { label, incidents };
}

function changesOf({ label, incidents }: History): Arrival[] {
  const name = `prod-CollectorFailing-${label}`;
  const told = (at: number, state: "ALARM" | "OK"): Arrival => ({ at, message: metricMessage({ name, at, state }) });
  return incidents.flatMap(({ since, until }) => [
    told(since, "ALARM"),
    ...(until === undefined ? [] : [told(until, "OK")]),
  ]);
}

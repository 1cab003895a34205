import { setTimeout as delay } from "node:timers/promises";

import { chunked } from "../../lib/publish/fits";
import { type Fault, type Plan, USUAL_PLAN } from "./fault";
import { judge, type Verdict } from "./judge";
import { type Told, toldOf } from "./pages";
import { type Recording, recordingOf } from "./recording";
import { type Deployed, Stage } from "./scene";
import { type Truth, truthAt } from "./truth";

export type Publisher = "EMF" | "API";

/** One fault, played once. */
export interface Played extends Verdict {
  readonly fault: Fault;
  readonly publisher: Publisher;
  readonly crashes: readonly string[];
  /** What runs ended with. */
  readonly errors: readonly string[];
  /** Lines on stdout that are no JSON. */
  readonly unreadable: readonly string[];
  /** What went wrong with the fault itself, so that nothing was tried. */
  readonly trouble: readonly string[];
  /** Rules whose alarms tell somebody, where the fault lasts ten minutes. */
  readonly tells: readonly Told[];
}

const MINUTE_MS = 60_000;
const SLOT_MS = 15_000;
const SET_AT_ONCE = 10;
/** Sandboxes load their bundles, on a busy machine. */
const WARM_UP_MS = 8000;
const WRITES_AFTER_MS = 6000;
const READ_AT_MS = 400;
const OVER_AFTER_MS = 12_000;

/** One fault and the function that it is tried with. */
export interface Try {
  readonly fault: Fault;
  readonly publisher: Publisher;
}

/** Plays faults side by side, each on a stage of its own, all by the same clock. */
export async function playAll(
  tries: readonly Try[],
  deployed: Readonly<Record<Publisher, Deployed>>,
): Promise<Played[]> {
  const stages: (Try & { readonly stage: Stage })[] = [];
  try {
    for (const some of chunked(tries, SET_AT_ONCE)) {
      const set = await Promise.allSettled(
        some.map(async ({ fault, publisher }) => {
          stages.push({ fault, publisher, stage: await Stage.set(fault, deployed[publisher]) });
        }),
      );
      for (const one of set) if (one.status === "rejected") throw one.reason;
    }
    for (const { stage } of stages) {
      await stage.refill();
      stage.lambda.warm();
    }
    const minute = Math.ceil((Date.now() + WARM_UP_MS) / MINUTE_MS) * MINUTE_MS;
    return await Promise.all(
      stages.map(async ({ fault, publisher, stage }) => {
        const recorded = await played(fault, stage, minute);
        return judged(fault, publisher, stage, minute, recorded);
      }),
    );
  } finally {
    await Promise.all(stages.map(({ stage }) => stage.stop()));
  }
}

interface Recorded {
  readonly trouble: readonly string[];
  readonly recording: Recording;
  readonly truths: ReadonlyMap<number, readonly Truth[]>;
}

async function played(fault: Fault, stage: Stage, minute: number): Promise<Recorded> {
  const { events, begin, end, last }: Plan = fault.plan ?? USUAL_PLAN;
  const truths = new Map<number, Truth[]>();
  const trouble: string[] = [];
  const at = async <T>(ms: number, does: () => Promise<T> | T): Promise<T> => {
    await delay(Math.max(0, minute + ms - Date.now()));
    return does();
  };
  const slots = Array.from({ length: last / 15 + 1 }, (_, place) => place * SLOT_MS);
  const isCompared = (ms: number): boolean => fault.isUnjudged === undefined || ms < begin * 1000 || ms > end * 1000;
  const read = async (slot: number): Promise<void> => {
    const truth = isCompared(slot) ? await truthAt(stage.reader, minute + slot) : undefined;
    truths.set(minute + slot, [...(truths.get(minute + slot) ?? []), truth]);
  };
  // What is written between two slots waits, on a busy machine, until it is known what the slot had.
  const slot = async (ms: number): Promise<void> => {
    await at(ms + READ_AT_MS, () => read(ms));
    await at(ms + WRITES_AFTER_MS, () => stage.goOn());
    await read(ms);
  };
  await Promise.all([
    ...events.map((second) => at(second * 1000 - 50, () => stage.lambda.send(minute + second * 1000))),
    at(WRITES_AFTER_MS - SLOT_MS, () => stage.goOn()),
    ...slots.map(slot),
    at(begin * 1000, () => fault.begin(stage)).catch((error: unknown) => trouble.push(`begin: ${String(error)}`)),
    at(end * 1000, () => (fault.end ?? mended)(stage)).catch((error: unknown) => trouble.push(`end: ${String(error)}`)),
    at(last * 1000 + OVER_AFTER_MS, () => undefined),
  ]);
  return { recording: recordingOf(stage.lambda.lines, stage.api.accepted), truths, trouble };
}

async function mended({ proxy, api }: Stage): Promise<void> {
  await proxy.mends();
  api.answer = () => "accept";
}

function judged(fault: Fault, publisher: Publisher, stage: Stage, minute: number, recorded: Recorded): Played {
  const plan = fault.plan ?? USUAL_PLAN;
  const { recording, truths, trouble } = recorded;
  const verdict = judge(fault, plan, minute, recording, truths);
  const { crashes, errors } = stage.lambda;
  const tells = toldOf(recording, plan, minute);
  return { ...verdict, fault, publisher, crashes, errors, unreadable: recording.unreadable, trouble, tells };
}

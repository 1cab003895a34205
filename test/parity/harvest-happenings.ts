import {
  age,
  ageMax,
  ageMin,
  killScore,
  killScoreMax,
  missingCount,
  openPositions,
  present,
  symbolCount,
  unbackedCount,
} from "../../lib/harvest/metrics";
import { filling } from "./redis-happenings";
import type { Setting, Tracks } from "./setting";
import { levels, type Scale, stretches } from "./shapes";
import { seriesKey } from "./story";
import { type Interval, isWithin, Track } from "./track";

/** Three that have metrics of their own, and one that only counts among all. */
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"] as const;

/** The publisher renews the proposal of every symbol that has a position, flat ones too. */
const ROUND_SEC = 10;
/** A proposal counts as renewed for so long. */
const RENEWED_SEC = 60;
/** How often something may change. */
const STATE_SEC = 5;
/** Long before the story, so that every symbol has a proposal when it begins. */
const BEGINNING_SEC = -80;

/**
 * What goes wrong in a story: scores that rise, writing that fails for one symbol or ends for all, a deleted hash, a
 * position that is kept under another key.
 */
export type HarvestTrouble = "score" | "failing" | "dead" | "deleted" | "unkeyed";

/** Proposals are stale after two and a half minutes; a publisher is silent after one and a half, which has to hold for two. */
const TROUBLES: Readonly<Record<Exclude<HarvestTrouble, "score" | "deleted" | "unkeyed">, Scale>> = {
  failing: { forSec: 150, stepSec: 60 },
  dead: { forSec: 210, stepSec: 60 },
};
/** Positions that are flat for seconds, or for long. */
const FLAT: Scale = { forSec: 120, stepSec: 60 };
/** So long after its proposal was left alone a position is opened, if it is. */
const OPENED_SEC = 180;

interface Proposal {
  readonly t: number;
  readonly score: number;
}

/** What is so of one symbol at a time; without a proposal there is nothing to say of it. */
interface SymbolAt {
  readonly isOpen: boolean;
  /** Whether there is a position key, open or flat. */
  readonly hasKey: boolean;
  readonly proposal: Proposal | undefined;
}

/**
 * A publisher that renews proposals while their positions are open, and what is published of them; `limit` is the score
 * that matters.
 */
export function harvestTracks(setting: Setting, trouble: HarvestTrouble, limit = 0.6): Tracks {
  const { lengthSec } = setting;
  const { full, tracks } = filling(setting);
  const dead = [...troubled(setting, trouble, "dead"), ...full];
  const symbols = SYMBOLS.map((symbol, place) => ({
    symbol,
    states: statesOf(setting, trouble, place === 0 || setting.random.chance(0.4), dead, limit),
  }));
  const at = (t: number): SymbolAt[] => symbols.map(({ states }) => states[t / STATE_SEC] as SymbolAt);
  const live = (t: number): Proposal[] => at(t).flatMap((one) => liveProposal(one) ?? []);
  const overAll = (valueAt: (t: number) => number): Track => new Track(lengthSec, valueAt);
  const ages = (t: number): number[] => live(t).map((one) => t - one.t);
  return {
    ...tracks,
    ...Object.assign({}, ...symbols.map(({ symbol, states }) => ownTracks(lengthSec, symbol, states))),
    [killScoreMax.name]: overAll((t) =>
      extreme(
        live(t).map(({ score }) => score),
        Math.max,
      ),
    ),
    [ageMax.name]: overAll((t) => extreme(ages(t), Math.max)),
    [ageMin.name]: overAll((t) => extreme(ages(t), Math.min)),
    [symbolCount.name]: overAll((t) => live(t).length),
    [openPositions.name]: overAll((t) => at(t).filter(({ isOpen }) => isOpen).length),
    [missingCount.name]: overAll((t) => at(t).filter(({ isOpen, proposal }) => isOpen && !proposal).length),
    [unbackedCount.name]: overAll((t) => at(t).filter((one) => isUnbacked(one, t)).length),
  };
}

const isUnbacked = ({ hasKey, proposal }: SymbolAt, t: number): boolean =>
  !hasKey && proposal !== undefined && t - proposal.t <= RENEWED_SEC;

const extreme = (of: readonly number[], pick: (...values: number[]) => number): number =>
  of.length === 0 ? Number.NaN : pick(...of);

const liveProposal = ({ isOpen, proposal }: SymbolAt): Proposal | undefined => (isOpen ? proposal : undefined);

function ownTracks(lengthSec: number, symbol: string, states: readonly SymbolAt[]): Tracks {
  const track = (valueOf: (proposal: Proposal | undefined, t: number) => number): Track =>
    new Track(lengthSec, (t) => valueOf(liveProposal(states[t / STATE_SEC] as SymbolAt), t));
  const key = (name: string): string => seriesKey(name, { Symbol: symbol });
  return {
    [key(present.name)]: track((proposal) => (proposal === undefined ? 0 : 1)),
    [key(killScore.name)]: track((proposal) => proposal?.score ?? Number.NaN),
    [key(age.name)]: track((proposal, t) => (proposal === undefined ? Number.NaN : t - proposal.t)),
  };
}

/** The stretches of one trouble: around the lengths that matter if the story is about it, else now and then. */
function troubled(
  setting: Setting,
  about: HarvestTrouble,
  which: keyof typeof TROUBLES | "deleted" | "unkeyed",
): Interval[] {
  const { random, span, scale } = setting;
  const lengths = which === "deleted" || which === "unkeyed" ? scale : TROUBLES[which];
  if (about === which) return stretches(random, span, lengths);
  return random.chance(0.6) ? [] : stretches(random, span, lengths).slice(0, 2);
}

/** One symbol every five seconds; what is told of one in particular happens to it, and to others as well or not. */
function statesOf(
  setting: Setting,
  trouble: HarvestTrouble,
  isAbout: boolean,
  dead: readonly Interval[],
  limit: number,
): SymbolAt[] {
  const { random, lengthSec, span, redisDown } = setting;
  const about = isAbout ? trouble : "dead";
  const deleted = troubled(setting, about, "deleted");
  const own = troubled(setting, about, "failing");
  const failing = [...dead, ...own, ...redisDown];
  const isLate = random.chance(about === "failing" ? 0.6 : 0.3);
  const flat = isLate ? own.map(openedLate) : random.chance(0.5) ? [] : stretches(random, span, FLAT);
  const unkeyed = about === "unkeyed" || random.chance(0.1) ? troubled(setting, about, "unkeyed") : [];
  const score = scores(setting, about === "score", limit);
  const states: SymbolAt[] = [];
  let proposal: Proposal | undefined;
  const phase = random.pick([0, STATE_SEC]);
  for (let t = BEGINNING_SEC; t <= lengthSec; t += STATE_SEC) {
    const hasKey = !isWithin(unkeyed, t);
    const isOpen = hasKey && !isWithin(flat, t);
    const isRound = (t + phase - BEGINNING_SEC) % ROUND_SEC === 0;
    if (isWithin(deleted, t)) proposal = undefined;
    else if (isRound && !isWithin(failing, t)) proposal = { t, score: score(t) };
    if (t >= 0) states.push({ isOpen, hasKey, proposal });
  }
  return states;
}

/** A position that is opened when its proposal is stale already. */
const openedLate = ({ from, to }: Interval): Interval => ({ from, to: Math.min(to, from + OPENED_SEC) });

function scores({ random, span, scale }: Setting, isHigh: boolean, limit: number): (t: number) => number {
  const level = levels(random, isHigh || random.chance(0.2) ? stretches(random, span, scale) : [], limit);
  return (t) => Math.min(1, level(t));
}

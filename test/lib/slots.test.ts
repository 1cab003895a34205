import { endOf, isDue, isTooLate, lateSecondsOf, type Mark, marksOf } from "../../lib/slots";

const MINUTE = Date.parse("2026-03-01T12:00:00Z");
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const INTERVALS = [15, 10];

/** Marks as seconds after the minute. */
const secondsOf = (startedAfterMs: number, intervals = [15]): number[] =>
  marksOf({ scheduledAt: MINUTE, startedAt: MINUTE + startedAfterMs }, intervals).map((mark) => (mark - MINUTE) / 1000);

/** A small seeded generator, so that a failure can be met again. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What runs take of the marks between the second one's minute and the last one's. */
interface Taken {
  /** Share of the marks that at least one run takes. */
  readonly share: number;
  /** Seconds between two marks that were taken one after the other, at most. */
  readonly longestHoleSec: number;
}

/** A day of triggers unless said otherwise; `lateMs` says how late each comes, undefined if never. */
function takenOf(
  lateMs: (minute: number) => number | undefined,
  intervals: readonly number[],
  minutes = DAY_MINUTES,
): Taken {
  const taken = new Set<Mark>();
  for (let minute = 0; minute < minutes; minute++) {
    const late = lateMs(minute);
    const scheduledAt = MINUTE + minute * MINUTE_MS;
    if (late !== undefined)
      for (const mark of marksOf({ scheduledAt, startedAt: scheduledAt + late }, intervals)) taken.add(mark);
  }
  const [from, to] = [MINUTE + MINUTE_MS, MINUTE + (minutes - 1) * MINUTE_MS];
  const all = Array.from({ length: (to - from) / 1000 }, (_, second) => from + second * 1000).filter((mark) =>
    intervals.some((interval) => isDue(mark, interval)),
  );
  const met = all.filter((mark) => taken.has(mark));
  const holes = met.slice(1).map((mark, place) => mark - (met[place] ?? mark));
  return {
    share: met.length / all.length,
    longestHoleSec: holes.reduce((most, hole) => Math.max(most, hole), 0) / 1000,
  };
}

const coverage = (...triggers: Parameters<typeof takenOf>): number => takenOf(...triggers).share;

describe("the marks of a run", () => {
  it.each([
    ["at once", 0, [0, 15, 30, 45, 60, 75]],
    ["200 ms late, when the mark is read", 200, [0, 15, 30, 45, 60, 75]],
    ["too late for the first mark", 201, [15, 30, 45, 60, 75]],
    ["14 s late, and 75 s from then on", 14_000, [15, 30, 45, 60, 75]],
    ["15 s late", 15_000, [15, 30, 45, 60, 75, 90]],
    ["59 s late", 59_000, [60, 75, 90, 105, 120]],
    ["90 s late", 90_000, [90, 105, 120, 135, 150, 165]],
    ["more than 90 s late", 90_001, []],
    ["an hour late", 3_600_000, []],
    ["5 s early, by its own clock, up to 75 s after its minute", -5000, [0, 15, 30, 45, 60, 75]],
  ])("that starts %s", (_, startedAfterMs, expected) => {
    expect(secondsOf(startedAfterMs)).toEqual(expected);
  });

  it("are those of all intervals, each once and in order", () => {
    expect(secondsOf(300, INTERVALS)).toEqual([10, 15, 20, 30, 40, 45, 50, 60, 70, 75]);
    expect(secondsOf(300, [60])).toEqual([60]);
    expect(secondsOf(300, [5])).toEqual(Array.from({ length: 15 }, (_, index) => 5 * (index + 1)));
  });

  it("are multiples of the interval by the wall clock, wherever the schedule lies", () => {
    const marks = marksOf({ scheduledAt: MINUTE + 7000, startedAt: MINUTE + 7100 }, [15]);

    expect(marks.map((mark) => (mark - MINUTE) / 1000)).toEqual([15, 30, 45, 60, 75]);
  });

  it("are the same for a trigger that is delivered twice", () => {
    const run = { scheduledAt: MINUTE, startedAt: MINUTE + 500 };

    expect(marksOf(run, INTERVALS)).toEqual(marksOf({ ...run }, INTERVALS));
  });
});

describe("a day of triggers", () => {
  it("that come up to 15 s late loses no mark", () => {
    const random = generator(15);

    const covered = coverage(() => random() * 15_000, INTERVALS);

    expect(covered).toBe(1);
  });

  it("of which one in twenty comes twice and each is late at random loses no mark", () => {
    const [random, again] = [generator(7), generator(8)];

    const covered = coverage(() => Math.min(random() * 15_000, again() < 0.05 ? 0 : 15_000), INTERVALS);

    expect(covered).toBe(1);
  });

  // Stands for every end that is reckoned by the schedule alone: a run that starts late left a hole at its end.
  it("that all come equally late loses no mark, however late that is within the minute", () => {
    const lates = Array.from({ length: 60 }, (_, second) => second * 1000);

    const covered = lates.map((late) => coverage(() => late, INTERVALS));

    expect(covered).toEqual(lates.map(() => 1));
  });

  it("of which each is up to 15 s later or earlier than the one before it loses no mark", () => {
    const random = generator(21);
    let late = 30_000;

    const covered = coverage(() => {
      late = Math.min(59_000, Math.max(0, late + (random() * 2 - 1) * 15_000));
      return late;
    }, INTERVALS);

    expect(covered).toBe(1);
  });

  it("that are late each for itself, up to 59 s, still take 93 % of the marks of either kind", () => {
    const kinds = INTERVALS.map((interval) => {
      const random = generator(59);
      return takenOf(() => random() * 59_000, [interval], 30 * DAY_MINUTES);
    });

    for (const [place, { share, longestHoleSec }] of kinds.entries()) {
      const percent = (100 * share).toFixed(1);
      process.stdout.write(
        `late at random: ${percent} % of ${INTERVALS[place]} s marks, longest hole ${longestHoleSec} s\n`,
      );
    }
    expect(kinds.map(({ share }) => share >= 0.93)).toEqual([true, true]);
  });

  it("of which one is lost misses the three marks that no neighbour takes", () => {
    const missed = DAY_MINUTES / 2;

    const covered = coverage((minute) => (minute === missed ? undefined : 300), [15]);

    expect(Math.round((1 - covered) * (DAY_MINUTES - 2) * 4)).toBe(3);
  });
});

describe("how late a run is", () => {
  it.each([
    ["on time", 0, 0, false],
    ["early by its own clock", -5000, 0, false],
    ["late within its minute", 40_250, 40.25, false],
    ["just early enough", 90_000, 90, false],
    ["too late", 90_001, 90.001, true],
  ])("%s", (_, afterMs, seconds, tooLate) => {
    const run = { scheduledAt: MINUTE, startedAt: MINUTE + afterMs };

    expect([lateSecondsOf(run), isTooLate(run)]).toEqual([seconds, tooLate]);
  });

  it("moves its end with its start, and never before 75 s after its minute", () => {
    const ends = [-5000, 0, 40_000].map((late) => endOf({ scheduledAt: MINUTE, startedAt: MINUTE + late }) - MINUTE);

    expect(ends).toEqual([75_000, 75_000, 115_000]);
  });

  it("leaves at most three of them at work at once, whatever each one's lateness within the minute", () => {
    const random = generator(3);
    const runs = Array.from({ length: DAY_MINUTES }, (_, minute) => {
      const scheduledAt = MINUTE + minute * MINUTE_MS;
      return { scheduledAt, startedAt: scheduledAt + random() * 59_000 };
    });

    const atOnce = runs.map(({ startedAt: at }) => runs.filter((one) => one.startedAt <= at && at < endOf(one)).length);

    expect(Math.max(...atOnce)).toBe(3);
  });
});

describe("a mark", () => {
  it.each([
    [0, 15, true],
    [15_000, 15, true],
    [10_000, 15, false],
    [30_000, 10, true],
    [15_000, 10, false],
    [15_001, 15, false],
  ])("of %d ms is due every %d s: %s", (mark, interval, expected) => {
    expect(isDue(mark, interval)).toBe(expected);
  });
});

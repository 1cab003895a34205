import { isDue, marksOf } from "../../lib/slots";

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

/** Share of a day's marks that at least one run takes; `lateMs` says how late each trigger comes, undefined if never. */
function coverage(lateMs: (minute: number) => number | undefined, intervals: readonly number[]): number {
  const taken = new Set<number>();
  for (let minute = 0; minute < DAY_MINUTES; minute++) {
    const late = lateMs(minute);
    const scheduledAt = MINUTE + minute * MINUTE_MS;
    if (late !== undefined)
      for (const mark of marksOf({ scheduledAt, startedAt: scheduledAt + late }, intervals)) taken.add(mark);
  }
  const all = marksOf({ scheduledAt: MINUTE, startedAt: MINUTE }, intervals).filter(
    (mark) => mark < MINUTE + MINUTE_MS,
  );
  const day = Array.from({ length: DAY_MINUTES - 2 }, (_, index) => index + 1).flatMap((minute) =>
    all.map((mark) => mark + minute * MINUTE_MS),
  );
  return day.filter((mark) => taken.has(mark)).length / day.length;
}

/** Percent of the marks taken when every trigger comes so many seconds late. */
const percent = (late: number, interval: number): number =>
  Math.round(1000 * coverage(() => late * 1000, [interval])) / 10;

describe("the marks of a run", () => {
  it.each([
    ["at once", 0, [0, 15, 30, 45, 60, 75]],
    ["200 ms late, when the mark is read", 200, [0, 15, 30, 45, 60, 75]],
    ["too late for the first mark", 201, [15, 30, 45, 60, 75]],
    ["14 s late", 14_000, [15, 30, 45, 60, 75]],
    ["59 s late", 59_000, [60, 75]],
    ["75 s late", 75_000, [75]],
    ["80 s late", 80_000, []],
    ["90 s late", 90_000, []],
    ["an hour late", 3_600_000, []],
    ["5 s early, by its own clock", -5000, [0, 15, 30, 45, 60, 75]],
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

  it("of which one is lost misses the three marks that no neighbour takes", () => {
    const missed = DAY_MINUTES / 2;

    const covered = coverage((minute) => (minute === missed ? undefined : 300), [15]);

    expect(Math.round((1 - covered) * (DAY_MINUTES - 2) * 4)).toBe(3);
  });

  it("that all come equally late is covered as the table says", () => {
    const lates = [0, 5, 10, 15, 20, 25, 30, 40, 50, 59];

    const table = lates.map((late) => [late, percent(late, 15), percent(late, 10)]);

    const lines = table.map(([late, by15, by10]) => `${late} s late: ${by15} % of 15 s marks, ${by10} % of 10 s marks`);
    process.stdout.write(`${lines.join("\n")}\n`);
    expect(table.map(([, by15]) => by15)).toEqual([100, 100, 100, 100, 100, 100, 100, 75, 50, 50]);
    expect(table.map(([, , by10]) => by10)).toEqual([100, 100, 100, 100, 100, 83.3, 83.3, 66.7, 50, 33.3]);
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

import { setTimeout as sleep } from "node:timers/promises";
import { FastTime } from "../../local/fast-time";

const NOON = Date.parse("2026-03-01T12:00:00Z");
/** A second of it would be 50 ms: long enough to be told from none, short enough to wait for. */
const SPEED = 20;

const times: FastTime[] = [];

afterEach(async () => {
  for (const time of times.splice(0)) await time.stop();
});

/** A time that starts at noon and is stopped after the test. */
function started(speed: number): FastTime {
  const time = new FastTime(speed, NOON);
  time.start();
  times.push(time);
  return time;
}

/** Real milliseconds; this sleep is not the one that is made faster. */
const really = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

describe("a faster time", () => {
  it("wakes sleepers in the order of their moments, each at its own", async () => {
    const time = started(Infinity);
    const woken: [string, number][] = [];

    await Promise.all(
      Object.entries({ late: 3_600_000, early: 10_000, middle: 60_000 }).map(async ([name, ms]) => {
        await time.sleep(ms);
        woken.push([name, time.now() - NOON]);
      }),
    );

    expect(woken).toEqual([
      ["early", 10_000],
      ["middle", 60_000],
      ["late", 3_600_000],
    ]);
  });

  it("is what Date.now and the sleep of node:timers/promises go by, until it is stopped", async () => {
    const before = Date.now();
    const time = started(Infinity);

    const value = await sleep(60_000, "slept");
    const during = Date.now();
    await time.stop();

    expect([value, during]).toEqual(["slept", NOON + 60_000]);
    expect(Date.now()).toBeGreaterThanOrEqual(before);
    expect(Date.now()).toBeLessThan(before + 60_000);
    await expect(sleep(1, "real")).resolves.toBe("real");
  });

  it("is not faster than asked for", async () => {
    const time = started(SPEED);
    const from = performance.now();

    await time.sleep(4000);
    const tookMs = performance.now() - from;

    expect(time.now() - NOON).toBeGreaterThanOrEqual(4000);
    expect(tookMs).toBeGreaterThan(190);
  });

  it("goes by also while nobody sleeps", async () => {
    const time = started(SPEED);

    while (time.now() < NOON + 2000) await really(5);

    expect(time.now()).toBeLessThan(NOON + 60_000);
  });

  it.each([SPEED, Infinity])("stands still while work is held, at %d times", async (speed) => {
    const time = started(speed);
    let isAwake = false;
    void time.sleep(1000).then(() => (isAwake = true));

    const [from, to] = await time.hold(async () => {
      const first = time.now();
      await really(200);
      return [first, time.now()];
    });
    const wasAwake = isAwake;
    await time.sleep(1000);

    expect(to).toBe(from);
    expect([wasAwake, isAwake]).toEqual([false, true]);
  });

  it("goes on after held work that failed, which it reports", async () => {
    const time = started(Infinity);

    const failing = time.hold(() => Promise.reject(new Error("no answer")));

    await expect(failing).rejects.toThrow("no answer");
    await expect(time.sleep(1000)).resolves.toBeUndefined();
  });

  it("lets a sleeper go as soon as its signal says so, before and during the sleep", async () => {
    const time = started(1);
    const end = new AbortController();

    const asleep = time.sleep(3_600_000, end.signal);
    end.abort();
    const late = time.sleep(3_600_000, end.signal);

    await expect(asleep).rejects.toThrow("aborted");
    await expect(late).rejects.toThrow("aborted");
  });

  it("takes those along who follow it before it wakes anybody", async () => {
    const time = started(Infinity);
    const events: string[] = [];
    time.onMove(async () => {
      await really(5);
      events.push(`followed ${time.now() - NOON}`);
    });

    await time.sleep(1000);
    events.push("woken");

    expect(events).toEqual(["followed 1000", "woken"]);
  });
});

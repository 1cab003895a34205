import type { Recorded } from "../recorded";
import { DESCRIBED, isDeployable } from "../translation";
import { KINDS } from "../standing";
import { UPDATED_MS } from "../story";

const UPDATED = "emu-RedisSlowQueries";
/** Characters of the hash at the end of an id that the CDK makes. */
const ID_HASH = 8;

/** What becomes of the stacks. */
export function describeStacks(played: () => Recorded): void {
  test("nothing differs from what was deployed a moment ago", () => {
    const { output } = played().diff;

    expect(output).toContain("There were no differences");
    expect(output).toContain("Number of stacks with differences: 0");
  });

  test("a new threshold changes its alarm where it is, and the board that draws it", () => {
    const { deployed, update } = played();
    const before = new Map(deployed.map((alarm) => [alarm.AlarmName, alarm]));

    const changed = update.alarms.filter((alarm) =>
      DESCRIBED.some((name) => JSON.stringify(alarm[name]) !== JSON.stringify(before.get(alarm.AlarmName)?.[name])),
    );
    const ids = new Set([...Object.keys(update.before), ...Object.keys(update.after)]);
    const differing = [...ids].filter((id) => JSON.stringify(update.before[id]) !== JSON.stringify(update.after[id]));

    expect(update.alarms).toHaveLength(deployed.length);
    expect(changed.map(({ AlarmName }) => AlarmName)).toEqual([UPDATED]);
    expect(changed[0]).toMatchObject({ Threshold: UPDATED_MS, AlarmArn: before.get(UPDATED)?.AlarmArn });
    expect(before.get(UPDATED)).toMatchObject({ Threshold: 100 });
    expect(differing.map((id) => id.slice(0, -ID_HASH)).toSorted()).toEqual([
      "AlarmsRedisSlowQueries",
      "DashboardsRedis",
    ]);
  });

  test("an update makes nothing anew and removes nothing", () => {
    const { events } = played().update;

    expect(events.some((event) => /^AlarmsRedisSlowQueries\w+ UPDATE_COMPLETE$/.test(event))).toBe(true);
    expect(events.filter((event) => !/ UPDATE_(IN_PROGRESS|COMPLETE)$/.test(event))).toEqual([]);
  });

  test("a removal leaves the account as it was before the deploys", () => {
    const { before, during, after } = played().accounts;

    const made = during.filter((one) => !before.includes(one));
    expect(KINDS.filter((kind) => !made.some((one) => one.startsWith(`${kind} `)))).toEqual([]);
    expect(after).toEqual(before);
  });

  test("nothing is left out that the emulator would take", () => {
    const { taken } = played();

    expect(taken).toEqual([]);
  });

  test("every alarm on one metric is deployed, and only the others are left out", () => {
    const { deployed, translated } = played();

    const deployable = [...translated.values()].filter(isDeployable).map(({ AlarmName }) => AlarmName);

    expect(new Set(deployed.map(({ AlarmName }) => AlarmName))).toEqual(new Set(deployable));
    expect(deployed).toHaveLength(deployable.length);
  });
}

import { boardsOf } from "../../../dashboards";
import { dashboardBody } from "../../../dashboards/body";
import { functionsOf } from "../../../lib/environments/functions";
import { collectLogGroup } from "../../../lib/environments/names";
import { dashboardName } from "../../../lib/rules/names";
import type { Recorded } from "../recorded";
import { arnOfAlarm, DESCRIBED, isComposite } from "../translation";

/** Alarms and boards in the account, against the rules and boards they were made from. */
export function describeAsWritten(played: () => Recorded): void {
  test("each alarm is in the account as its rule is translated", () => {
    const { deployed, translated } = played();

    const pairs = deployed.map((alarm) => ({ alarm, rule: translated.get(alarm.AlarmName ?? "") }));

    expect(pairs.length).toBeGreaterThan(30);
    for (const { alarm, rule } of pairs) {
      if (rule === undefined || isComposite(rule)) throw new Error(`${alarm.AlarmName} was made from no rule`);
      for (const name of DESCRIBED)
        expect([alarm.AlarmName, name, alarm[name]]).toEqual([rule.AlarmName, name, rule[name]]);
      expect(alarm.AlarmArn).toBe(arnOfAlarm(rule.AlarmName));
      expect(alarm.ActionsEnabled).toBe(true);
      expect(alarm.InsufficientDataActions).toEqual([]);
    }
  });

  test("each board is stored as it is drawn", () => {
    const { boards, environment } = played();
    const logGroups = functionsOf(environment).map(({ name }) => collectLogGroup(environment.name, name));

    const drawn = boardsOf(environment).map((board) => ({
      name: dashboardName(environment.name, board.name),
      body: dashboardBody(board, { environment, logGroups, alarmArn: arnOfAlarm }),
    }));

    expect([...boards.keys()].toSorted()).toEqual(drawn.map(({ name }) => name).toSorted());
    for (const { name, body } of drawn) {
      const stored = boards.get(name) as typeof body;
      expect({ ...stored, widgets: stored.widgets.length }).toEqual(plain({ ...body, widgets: body.widgets.length }));
      for (const [place, widget] of body.widgets.entries()) expect(stored.widgets[place]).toEqual(plain(widget));
    }
  });
}

/** Without members that are undefined: JSON has none. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

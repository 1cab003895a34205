import { environments } from "../../lib/environments";
import { consoleHost } from "../../lib/partition";
import { resourcesOf, templateOf } from "./synthesized";

/** What a link leads to, by what follows its hash; the console writes a slash as $252F. */
const LEADING: readonly (readonly [place: RegExp, type: string, property: string])[] = [
  [/^dashboards\/dashboard\/(.+)$/, "AWS::CloudWatch::Dashboard", "DashboardName"],
  [/^logsV2:log-groups\/log-group\/(.+)$/, "AWS::Logs::LogGroup", "LogGroupName"],
  [/^\/functions\/(.+)$/, "AWS::Lambda::Function", "FunctionName"],
];

describe.each(Object.values(environments))("the outputs of $name", (environment) => {
  const template = templateOf(environment);
  const outputs = Object.entries(template.findOutputs("*")) as [string, { readonly Value: string }][];
  const places = outputs.map(([, { Value: value }]) => value.split("#")[1] ?? "");

  test.each(LEADING)("lead by %p to every %s, and to none that is not there", (place, type, property) => {
    const names = resourcesOf(template, type).map(({ Properties: properties }) => String(properties[property]));

    const led = places.flatMap((one) => place.exec(one)?.[1]?.replaceAll("$252F", "/") ?? []);

    expect(led.toSorted()).toEqual(names.toSorted());
    expect(led.length).toBeGreaterThan(0);
  });

  test("lead to all alarms and to those that fire", () => {
    const links = outputs.filter(([id]) => /Alarm/.test(id)).map(([id, { Value: value }]) => [id, value.split("#")[1]]);

    expect(links).toEqual([
      ["AlarmList", `alarmsV2:?search=${environment.name}-`],
      ["FiringAlarms", `alarmsV2:?search=${environment.name}-&alarmStateFilter=ALARM`],
    ]);
  });

  test("lead to where addresses are confirmed, where anybody is told", () => {
    const links = outputs.filter(([id]) => id === "SubscriptionList");

    expect(links).toHaveLength(environment.notify === undefined ? 0 : 1);
  });

  test("are addresses of the region's own console", () => {
    const hosts = outputs.map(([, { Value: value }]) => new URL(value).host);

    expect(new Set(hosts)).toEqual(new Set([consoleHost(environment.region)]));
  });
});

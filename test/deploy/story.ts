import { DescribeAlarmsCommand, GetDashboardCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";

import { Driver } from "./driver";
import { say } from "./progress";
import { Stage } from "./stage";
import { environmentOf, isDeployable, type Translated, translationOf } from "./translation";
import { waitFor } from "./wait-for";
import { datapointsOf } from "./datapoints";
import { safeMode } from "../../lib/collectors/safe-mode";
import { NAMESPACE } from "../../lib/metric";

export async function play(): Promise<void> {
  const stage = await Stage.start();
  try {
    const { clients, market, internet } = stage;
    const settings = stage.settings("emu", "cloudwatch");
    await stage.cdk(settings, "bootstrap");
    await stage.cdk(settings, "deploy", "--require-approval", "never");
    const alarms = translationOf(environmentOf(settings));
    const deployed = new Set([...alarms].flatMap(([name, one]) => (isDeployable(one) ? [name] : [])));
    const driver = new Driver({ clients, alarms, deployed });
    driver.start();
    await stage.cdk(settings, "diff", "--fail");
    const metric = { namespace: NAMESPACE, name: safeMode.name, dimensions: { Environment: "emu" } };
    await waitFor("a sample", 150, async () => {
      const [points = []] = await datapointsOf(clients.cloudwatch, [{ metric, statistic: "Maximum" }], Date.now() / 1000 - 100, Date.now() / 1000 + 1);
      return points.length > 1 ? points : undefined;
    });
    say("sampled");
    const trippedAt = await market.trip();
    say("tripped");
    await waitFor("a page", 150, () => (internet.pagerduty.incidents[0] && internet.slack.seen[0] ? true : undefined));
    say(`paged after ${(internet.pagedAt[0]! - trippedAt) / 1000} s`);
    console.log(JSON.stringify(internet.pagerduty.incidents), JSON.stringify(internet.slack.seen, null, 1));
    await market.release();
    await waitFor("resolve", 150, () => (internet.pagerduty.incidents[0]?.isOpen === false ? true : undefined));
    say("resolved");
    await market.crash();
    await waitFor("a page", 150, () => (internet.pagerduty.incidents[1] ? true : undefined));
    say("paged 2");
    await market.restart();
    await waitFor("resolve", 150, () => (internet.pagerduty.incidents[1]?.isOpen === false ? true : undefined));
    say("resolved");
    console.log(JSON.stringify(internet.pagerduty.incidents), internet.slack.seen.length, internet.strangers, internet.slack.refusals, internet.pagerduty.refusals, JSON.stringify(driver.verdicts, null, 1));
    await driver.stop();
    await stage.cdk(settings, "destroy", "--force");
  } finally {
    await stage.stop(true);
  }
}
if (process.env["PLAY"]) void play().catch((e) => console.log(e));

import { Fn, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";

import { rules } from "../../alarms";
import type { ValidatedEnvironment } from "../../lib/environment";
import { functionsOf } from "../../lib/environments/functions";
import { stackName } from "../../lib/environments/names";
import { pagingFunctionsOf } from "../../lib/environments/paging";
import { pascalCase } from "../../lib/rules/alarms";
import { Alarms } from "../constructs/alarms";
import { chatChannel } from "../constructs/chat";
import { Collector } from "../constructs/collector";
import { Dashboards } from "../constructs/dashboards";
import { Endpoints } from "../constructs/endpoints";
import { addLinks } from "../constructs/links";
import { Network } from "../constructs/network";
import { Notifier } from "../constructs/notifier";
import { reachableRedis } from "../constructs/redis";
import { Subscriptions } from "../constructs/subscriptions";
import { Topics } from "../constructs/topics";

/** Everything of one environment: who collects, what is alarmed on, who hears of it, and what is to be seen. */
export class TelemetryStack extends Stack {
  constructor(scope: Construct, id: string, environment: ValidatedEnvironment) {
    const { name, account, region } = environment;
    super(scope, id, {
      stackName: stackName(name),
      description: `Telemetry of Quantum Trader, ${name}`,
      env: { region, ...(account === undefined ? {} : { account }) },
      tags: { project: "quantum-watch", environment: name },
      terminationProtection: environment.removal === "retain",
    });

    const network = new Network(this, "Network", environment);
    const endpoints = new Endpoints(this, "Endpoints", { environment, network });
    const redis = reachableRedis(this, "Redis", { environment, network });
    const collectors = functionsOf(environment).map(
      (collects) =>
        new Collector(this, pascalCase(collects.name), { environment, collects, network, redis, endpoints }),
    );
    const topics = new Topics(this, "Topics", environment);
    if (environment.notify) this.#page(environment, topics, collectors);
    const alarms = new Alarms(this, "Alarms", { environment, rules, topics });
    // A heartbeat alarm that is made before its function would spend its warm-up waiting for the function.
    alarms.node.addDependency(...collectors.map(({ schedule }) => schedule));
    new Dashboards(this, "Dashboards", { environment, logGroups: collectors.map(({ logGroup }) => logGroup) });
    addLinks(this, environment);
  }

  /** Who is told of the alarms, and by which ways. */
  #page(environment: ValidatedEnvironment, topics: Topics, collectors: readonly Collector[]): void {
    const isNotified = pagingFunctionsOf(environment).length > 0;
    const logGroupArns = collectors.map(({ logGroupArn }) => logGroupArn);
    const notifier = isNotified ? new Notifier(this, "Notifier", { environment, topics, logGroupArns }) : undefined;
    new Subscriptions(this, "Subscriptions", { environment, topics, notify: notifier?.notify });
    chatChannel(this, "Chat", { environment, topics });
  }

  /** Named by place, as a look-up of their names would need an account at synth. */
  override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }
}

import { consumerGroupMissing, streamIsMissing } from "../../alarms/streams";
import { type Environment, validateEnvironment } from "../../lib/environment";
import type { AlarmProperties } from "../../lib/rules/alarm";
import { alarmsOf } from "../../lib/rules/alarms";
import type { Rule } from "../../lib/rules/rule";
import { prod } from "../support/example-environments";

const TOPICS = { critical: "arn:critical", warning: "arn:warning", info: "arn:info" };

const properties = (some: readonly Rule[], changes: Partial<Environment>): AlarmProperties[] =>
  alarmsOf(some, validateEnvironment({ ...prod, ...changes }), TOPICS, (name) => `arn:alarm:${name}`).flatMap((one) =>
    one.type === "AWS::CloudWatch::Alarm" ? [one.properties] : [],
  );

const severity = ({ Tags }: AlarmProperties): string | undefined => Tags.find(({ Key }) => Key === "severity")?.Value;

test("what has to be there pages where the environment says so, and the intents have another alarm", () => {
  const alarms = properties([consumerGroupMissing, streamIsMissing], {
    streams: ["quantum:stream:orders", { stream: "quantum:stream:safety.fault", critical: true }],
    groups: [
      { stream: "quantum:stream:trade.intent", group: "quantum:group:intent_bridge", critical: true },
      { stream: "quantum:stream:orders", group: "desk" },
      { stream: "quantum:stream:apply.result", group: "quantum:group:execution:trade.intent" },
    ],
  });

  expect(alarms.map((alarm) => [alarm.AlarmName, severity(alarm)])).toEqual([
    ["prod-ConsumerGroupMissing-trade.intent-intent_bridge", "critical"],
    ["prod-ConsumerGroupMissing-orders-desk", "warning"],
    ["prod-ConsumerGroupMissing-apply.result-execution.trade.intent", "warning"],
    ["prod-StreamMissing-orders", "warning"],
    ["prod-StreamMissing-safety.fault", "critical"],
    ["prod-StreamMissing-apply.result", "warning"],
  ]);
});

test("names of streams and groups lose the environment's prefix in an alarm's name, and what an ARN splits at", () => {
  const alarms = properties([consumerGroupMissing, streamIsMissing], {
    keys: { prefix: "qt:" },
    groups: [{ stream: "qt:stream:apply.result", group: "qt:group:execution:trade.intent" }],
  });

  expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual([
    "prod-ConsumerGroupMissing-apply.result-execution.trade.intent",
    "prod-StreamMissing-apply.result",
  ]);
});

import { alarmsOf } from "../../../lib/alarm-engine/template";
import { templateOf } from "../../cdk/synthesized";
import { alarm, compositeOf } from "./template-resources";
import { prod } from "../../support/example-environments";

const PLACE = { partition: "aws-cn", region: "cn-north-1", account: "210987654321" };
const arn = (id: string): object => ({ "Fn::GetAtt": [id, "Arn"] });

function namesIn(rule: unknown): readonly string[] {
  const resources = { A: alarm({ AlarmName: { "Fn::Sub": "${AWS::Region}-a" } }), B: alarm(), C: compositeOf(rule) };
  const found = alarmsOf({ Resources: resources }, PLACE).find(({ kind }) => kind === "composite");
  return found?.kind === "composite" ? found.children : [];
}

describe("a reference in a template", () => {
  it.each([
    [{ "Fn::Join": ["", ['ALARM("', arn("A"), '") AND OK("', arn("B"), '")']] }, ["cn-north-1-a", "B"]],
    [{ "Fn::Sub": "ALARM(${A}) OR ALARM(${B.Arn})" }, ["cn-north-1-a", "B"]],
    [{ "Fn::Sub": ["ALARM(${Own})", { Own: { Ref: "B" } }] }, ["B"]],
    [{ "Fn::Sub": 'ALARM("${!literal}")' }, ["${literal}"]],
    [{ "Fn::Join": ["", ["ALARM(", { "Fn::GetAtt": "A.Arn" }, ")"]] }, ["cn-north-1-a"]],
    [
      {
        "Fn::Join": [
          ":",
          [
            "ALARM(arn",
            { Ref: "AWS::Partition" },
            "cloudwatch",
            { Ref: "AWS::Region" },
            { Ref: "AWS::AccountId" },
            "alarm",
            "x)",
          ],
        ],
      },
      ["x"],
    ],
  ])("is resolved: %j", (rule, expected) => {
    expect(namesIn(rule)).toEqual(expected);
  });

  it("to a topic is its ARN, to a parameter its default, to no value nothing", () => {
    const Resources = {
      Topic: { Type: "AWS::SNS::Topic", Properties: {} },
      A: alarm({ AlarmActions: [{ Ref: "Topic" }, { Ref: "Other" }], OKActions: { Ref: "AWS::NoValue" } }),
    };

    const [found] = alarmsOf({ Parameters: { Other: { Type: "String", Default: "arn:other" } }, Resources }, PLACE);

    expect(found?.actions.ALARM).toEqual(["arn:aws-cn:sns:cn-north-1:210987654321:Topic", "arn:other"]);
    expect(found?.actions.OK).toEqual([]);
  });

  it("to a function in a dimension is its name", () => {
    const Resources = {
      Run: { Type: "AWS::Lambda::Function", Properties: { FunctionName: "run" } },
      A: alarm({ Dimensions: [{ Name: "FunctionName", Value: { Ref: "Run" } }] }),
    };

    const [found] = alarmsOf({ Resources });

    expect(found).toMatchObject({ queries: [{ metric: { dimensions: { FunctionName: "run" } } }] });
  });
});

describe("the template of production", () => {
  it("gives every alarm that it holds, with its ARN", () => {
    const template = templateOf(prod);
    const count = Object.keys(template.findResources("AWS::CloudWatch::Alarm")).length;

    const alarms = alarmsOf(template.toJSON(), { partition: "aws", region: prod.region, account: "123456789012" });

    expect(alarms.length).toBeGreaterThanOrEqual(count);
    expect(alarms.map(({ arn: one }) => one)).toContain(
      `arn:aws:cloudwatch:${prod.region}:123456789012:alarm:prod-QuantumSafeModeActive`,
    );
  });
});

describe("an alarm of a template", () => {
  it("on metric math, with a wall-clock window and a warm-up, is read as it is deployed", () => {
    const stat = { Metric: { Namespace: "Test", MetricName: "m" }, Period: 60, Stat: "Sum" };
    const math = {
      AlarmName: "Math",
      Metrics: [
        { Id: "e1", Expression: "FILL(m1, 0)", Label: "filled" },
        { Id: "m1", MetricStat: stat, ReturnData: "false" },
      ],
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      ComparisonOperator: "LessThanThreshold",
      Threshold: "1",
      TreatMissingData: "breaching",
      EvaluationWindow: { WallClockWindow: { Timezone: "UTC" } },
      WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 15, OnlyStartEvaluatingAfterWarmUpPeriodEnds: true },
    };

    const [found] = alarmsOf({ Resources: { Math: { Type: "AWS::CloudWatch::Alarm", Properties: math } } });

    expect(found).toMatchObject({
      name: "Math",
      returned: "e1",
      period: 60,
      datapointsToAlarm: 2,
      threshold: 1,
      missing: "breaching",
      wallClock: { aheadSec: 0 },
      warmUp: 900,
      warmUpIsFixed: true,
    });
  });

  it("with a suppressor names it and its periods", () => {
    const suppressed = compositeOf("ALARM(A)", {
      ActionsSuppressor: arn("B"),
      ActionsSuppressorWaitPeriod: 60,
      ActionsSuppressorExtensionPeriod: 120,
    });

    const found = alarmsOf({ Resources: { A: alarm(), B: alarm(), C: suppressed } });

    expect(found[2]).toMatchObject({ suppressor: { name: "B", wait: 60, extension: 120 } });
  });
});

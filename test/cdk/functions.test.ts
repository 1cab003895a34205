import { FAMILIES } from "../../lib/collectors";
import { unpaged as prod } from "../support/paged-environment";
import { resourcesOf, templateOf, theResource } from "./synthesized";

const renamed = templateOf({ ...prod, functions: [{ name: "watch-safety", collectors: FAMILIES.slice() }] });

test("a function of its own name has its own log, schedule, alarms and links", () => {
  const [watch, { Properties: own }] = theResource(renamed, "AWS::Lambda::Function");

  expect(own).toMatchObject({
    FunctionName: "prod-quantum-watch-watch-safety",
    Environment: { Variables: { COLLECTORS: FAMILIES.join(",") } },
  });
  theResource(renamed, "AWS::Logs::LogGroup", { LogGroupName: "/quantum-watch/prod/watch-safety" });
  theResource(renamed, "AWS::Scheduler::Schedule", {
    Name: "prod-quantum-watch-watch-safety",
    Target: { Arn: { "Fn::GetAtt": [watch, "Arn"] } },
  });
  theResource(renamed, "AWS::CloudWatch::Alarm", {
    AlarmName: "prod-LambdaFailing-watch-safety",
    Dimensions: [{ Name: "FunctionName", Value: "prod-quantum-watch-watch-safety" }],
  });
  theResource(renamed, "AWS::CloudWatch::Alarm", {
    AlarmName: "prod-LambdaNotInvoked-watch-safety",
    Dimensions: [{ Name: "FunctionName", Value: "prod-quantum-watch-watch-safety" }],
  });
  theResource(renamed, "AWS::CloudWatch::Alarm", { AlarmName: "prod-TelemetryLogsBroken-watch-safety" });
  expect(Object.keys(renamed.findOutputs("WatchSafetyLog"))).toHaveLength(1);
});

test("the boards' tables read the logs of every function", () => {
  const [dashboard] = resourcesOf(renamed, "AWS::CloudWatch::Dashboard");

  expect(JSON.stringify(dashboard?.Properties["DashboardBody"])).toContain("SOURCE '/quantum-watch/prod/watch-safety'");
});

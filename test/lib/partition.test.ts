import { endpointService, knownPartition } from "../../lib/partition";
import { alarmUrl, boardUrl, consoleUrl, logGroupUrl } from "../../lib/rules/links";

test.each([
  ["eu-central-1", "eu-central-1.console.aws.amazon.com"],
  ["us-east-1", "us-east-1.console.aws.amazon.com"],
  ["cn-north-1", "console.amazonaws.cn"],
  ["cn-northwest-1", "console.amazonaws.cn"],
  ["us-gov-west-1", "console.amazonaws-us-gov.com"],
])("links of %s lead to the console of its partition, %s", (region, host) => {
  const links = [
    boardUrl(region, "prod", "quantum-safety"),
    alarmUrl(region, "prod-RedisDown"),
    logGroupUrl(region, "/quantum-watch/prod/collect"),
    consoleUrl(region, "/functions/x", "lambda"),
  ].map((url) => new URL(url));

  expect(new Set(links.map((url) => url.host))).toEqual(new Set([host]));
  expect(new Set(links.map((url) => url.searchParams.get("region")))).toEqual(new Set([region]));
});

test.each(["us-iso-east-1", "us-isob-east-1", "us-isof-south-1", "eu-isoe-west-1", "eusc-de-east-1"])(
  "the hosts of %s are not known, and none is guessed",
  (region) => {
    expect(knownPartition(region)).toBeUndefined();
  },
);

test.each([
  ["eu-central-1", "monitoring", "com.amazonaws.eu-central-1.monitoring"],
  ["cn-north-1", "monitoring", "cn.com.amazonaws.cn-north-1.monitoring"],
  ["cn-north-1", "secretsmanager", "com.amazonaws.cn-north-1.secretsmanager"],
  ["us-gov-west-1", "monitoring", "com.amazonaws.us-gov-west-1.monitoring"],
])("in %s the endpoint of %s is called %s", (region, service, name) => {
  expect(endpointService(region, service)).toBe(name);
});

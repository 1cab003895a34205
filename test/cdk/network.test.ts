import type { Environment } from "../../lib/environment";
import { unpaged as prod } from "../support/paged-environment";
import { aclRules } from "../../lib/redis/read-only";
import { resourcesOf, templateOf, theResource } from "./synthesized";
import { dev } from "../support/example-environments";

const SECRET = "arn:aws:secretsmanager:eu-central-1:222222222222:secret:quantum/redis-AbCdEf";
const SHARED = "sg-0123456789abcdef0";

const trial = templateOf(dev);

const reading = (endpoints: Environment["endpoints"]): Environment => ({
  ...prod,
  publisher: "cloudwatch",
  endpoints,
  redis: {
    kind: "existing",
    topology: { kind: "single", host: "redis.internal", port: 6379 },
    securityGroupId: "sg-0fedcba9876543210",
    authentication: { kind: "secret", arn: SECRET },
    tls: {},
  },
});

describe("the network of a trial", () => {
  test.each([
    "AWS::EC2::NatGateway",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::EIP",
    "AWS::EC2::Route",
    "AWS::EC2::VPCEndpoint",
  ])("has no %s: there is no way out of it", (type) => {
    trial.resourceCountIs(type, 0);
  });

  test("has two subnets in two zones, whatever the zones are called", () => {
    const zones = resourcesOf(trial, "AWS::EC2::Subnet").map(
      ({ Properties: properties }) => properties["AvailabilityZone"],
    );

    expect(zones).toEqual([0, 1].map((index) => ({ "Fn::Select": [index, { "Fn::GetAZs": "" }] })));
  });

  test("has the zones that are named, where some are", () => {
    const template = templateOf({ ...dev, network: { kind: "trial", zones: ["eu-central-1b", "eu-central-1c"] } });

    const zones = resourcesOf(template, "AWS::EC2::Subnet").map(({ Properties }) => Properties["AvailabilityZone"]);

    expect(zones).toEqual(["eu-central-1b", "eu-central-1c"]);
  });

  test("brings no function but our own", () => {
    trial.resourceCountIs("AWS::Lambda::Function", 1);
  });

  test("has a serverless Valkey cache in both subnets, with both limits at their least", () => {
    trial.hasResourceProperties("AWS::ElastiCache::ServerlessCache", {
      Engine: "valkey",
      ServerlessCacheName: "dev-quantum-watch",
      CacheUsageLimits: { DataStorage: { Maximum: 1, Unit: "GB" }, ECPUPerSecond: { Maximum: 1000 } },
    });
  });

  test("has one user, who logs in by IAM and may read what the collectors ask for", () => {
    const [, user] = theResource(trial, "AWS::ElastiCache::User");

    expect(user.Properties).toEqual({
      Engine: "valkey",
      UserId: "dev-quantum-watch",
      UserName: "dev-quantum-watch",
      AuthenticationMode: { Type: "iam" },
      AccessString: `on %R~quantum:* -@all ${aclRules({ topology: { kind: "cluster" }, db: 0, families: dev.collectors ?? [] }).join(" ")}`,
    });
    trial.hasResourceProperties("AWS::ElastiCache::UserGroup", { Engine: "valkey" });
  });

  test.each(["off", "on"] as const)(
    "lets that user read harvests, and look for them when discovery is %s",
    (discovery) => {
      const template = templateOf({ ...dev, collectors: ["safety", "harvest"], groups: [], harvest: { discovery } });

      const [, user] = theResource(template, "AWS::ElastiCache::User");

      const rules = aclRules({
        topology: { kind: "cluster" },
        db: 0,
        families: ["safety", "harvest"],
        isDiscovering: discovery === "on",
      });
      expect(user.Properties["AccessString"]).toBe(`on %R~quantum:* -@all ${rules.join(" ")}`);
      expect(rules.includes("+scan")).toBe(discovery === "on");
    },
  );

  test("lets that user read a key that was given another name", () => {
    const template = templateOf({ ...dev, groups: [], keys: { prefix: "qt:", overrides: { safeMode: "halt" } } });

    const [, user] = theResource(template, "AWS::ElastiCache::User");

    expect(user.Properties["AccessString"]).toMatch(/^on %R~qt:\* %R~halt -@all /);
  });
});

describe("an endpoint", () => {
  const template = templateOf(reading({ monitoring: "create", secretsmanager: "create" }));

  test.each([
    ["monitoring", "cloudwatch:PutMetricData", "*"],
    ["secretsmanager", "secretsmanager:GetSecretValue", SECRET],
  ])("for %s lets %s pass and nothing else", (service, action, resource) => {
    const [, endpoint] = theResource(template, "AWS::EC2::VPCEndpoint", {
      ServiceName: `com.amazonaws.eu-central-1.${service}`,
    });

    expect(endpoint.Properties["PolicyDocument"]).toMatchObject({
      Statement: [{ Effect: "Allow", Action: action, Resource: resource }],
    });
  });

  test("leaves the names of the VPC alone, and the function is told its address", () => {
    const endpoints = resourcesOf(template, "AWS::EC2::VPCEndpoint");

    const [, collect] = theResource(template, "AWS::Lambda::Function");

    expect(endpoints.map(({ Properties: properties }) => properties["PrivateDnsEnabled"])).toEqual([false, false]);
    const { Variables: variables } = collect.Properties["Environment"] as { Variables: object };
    expect(variables).toHaveProperty("AWS_ENDPOINT_URL_CLOUDWATCH");
    expect(variables).toHaveProperty("AWS_ENDPOINT_URL_SECRETS_MANAGER");
  });

  test("of the VPC's own is reached through its group, and none is made", () => {
    const shared = templateOf(reading({ monitoring: SHARED, secretsmanager: SHARED }));

    const [, group] = theResource(shared, "AWS::EC2::SecurityGroup");

    shared.resourceCountIs("AWS::EC2::VPCEndpoint", 0);
    expect(group.Properties["SecurityGroupEgress"]).toMatchObject([
      { DestinationSecurityGroupId: "sg-0fedcba9876543210", FromPort: 6379 },
      { DestinationSecurityGroupId: SHARED, FromPort: 443 },
    ]);
  });
});

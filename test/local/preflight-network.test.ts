import type { Environment } from "../../lib/environment";
import { examining, type Trouble } from "../support/preflight-run";
import { deployable } from "../support/ready-account";
import { SERVER_TIMEOUT_MS } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const { tellsOf } = examining();
const nothing = (): void => undefined;
const shared: Environment = { ...deployable, endpoints: { secretsmanager: "sg-0123456789abcdef0" } };
const endpoint = { id: "vpce-1", service: "com.amazonaws.eu-central-1.secretsmanager", group: "sg-0123456789abcdef0" };

describe("a network in which a deploy would fail is broken, and it says what to do:", () => {
  it.each<Trouble>([
    {
      what: "no VPC",
      change: (held) => held.vpcs.shift(),
      says: "no vpc-0fedcba9876543210 in eu-central-1",
      fix: "network.id",
    },
    {
      what: "a VPC without names",
      change: (held) => (held.resolvesNames = false),
      says: "resolves no names",
      fix: "--enable-dns-support",
    },
    {
      what: "a subnet that is gone",
      change: (held) => held.subnets.pop(),
      says: "subnet-0fedcba9876543212 is not there",
      fix: "under network",
    },
    {
      what: "a subnet of another zone",
      change: (held) => held.subnets.forEach((one) => (one.zone = "eu-central-1a")),
      says: "subnet-0fedcba9876543211 is in eu-central-1a, and network.zones says eu-central-1b",
      fix: "under network",
    },
    {
      what: "a subnet without addresses",
      change: (held) => held.subnets.forEach((one) => (one.free = 0)),
      says: "has no address left",
      fix: "under network",
    },
    {
      what: "other routes",
      change: (held) => held.subnets.forEach((one) => (one.table = "rtb-0")),
      says: "subnet-0fedcba9876543210 goes by rtb-0, and network says rtb-0fedcba9876543210",
      fix: "under network",
    },
    {
      what: "no group of Redis",
      change: (held) => (held.groups = {}),
      says: "no sg-0fedcba9876543210, the group of Redis",
      fix: "redis.securityGroupId",
    },
    {
      what: "a zone without the endpoint",
      change: (held) => held.zones.shift(),
      says: "no endpoint of secretsmanager can be made in eu-central-1a",
      fix: "leave those zones out",
    },
    {
      what: "an endpoint that is not there",
      change: nothing,
      environment: shared,
      says: "no endpoint of secretsmanager in vpc-0fedcba9876543210 has the group sg-0123456789abcdef0",
      fix: "endpoints.secretsmanager: create",
    },
    {
      what: "an endpoint under no name",
      change: (held) => held.endpoints.push({ ...endpoint, isPrivate: false }),
      environment: shared,
      says: "vpce-1, of secretsmanager, does not answer to its service's name",
      fix: "--private-dns-enabled",
    },
  ])("$what", (trouble) => tellsOf(trouble));
});

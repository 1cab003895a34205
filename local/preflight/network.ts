import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  type RouteTable,
  type Subnet,
} from "@aws-sdk/client-ec2";

import type { ValidatedEnvironment } from "../../lib/environment";
import type { Subject } from "./clients";
import { broken, type Finding, known, unknown } from "./finding";
import { trialFindings } from "./trial";

type ExistingVpc = Extract<ValidatedEnvironment["network"], { kind: "vpc" }>;

/** Whether the VPC, its subnets, routes and groups are as the environment says. */
export async function networkFindings(subject: Subject): Promise<Finding[]> {
  const { environment, clients } = subject;
  const { network, redis, region } = environment;
  const { ec2 } = clients;
  if (network.kind === "trial") return trialFindings(subject, network.zones);
  const { Vpcs: [vpc] = [] } = await ec2.send(new DescribeVpcsCommand({ Filters: filter("vpc-id", [network.id]) }));
  if (vpc === undefined) return [broken(`no ${network.id} in ${region}`, "network.id: say which VPC")];
  const group = redis.kind === "existing" ? [await groupFinding(clients, redis.securityGroupId, network)] : [];
  return [...(await dnsFindings(clients, network)), ...(await subnetFindings(clients, network)), ...group];
}

const filter = (name: string, values: readonly string[]) => [{ Name: name, Values: [...values] }];

async function dnsFindings({ ec2 }: Subject["clients"], { id }: ExistingVpc): Promise<Finding[]> {
  const command = new DescribeVpcAttributeCommand({ VpcId: id, Attribute: "enableDnsSupport" });
  const { EnableDnsSupport: dns } = await ec2.send(command);
  const fix = `aws ec2 modify-vpc-attribute --vpc-id ${id} --enable-dns-support`;
  return dns?.Value === false
    ? [broken(`${id} resolves no names, so that Redis would not be found`, fix)]
    : [known(`${id} is there and resolves names`)];
}

async function subnetFindings({ ec2 }: Subject["clients"], network: ExistingVpc): Promise<Finding[]> {
  const { subnetIds, routeTableIds, zones, id } = network;
  const [{ Subnets: subnets = [] }, { RouteTables: tables = [] }] = await Promise.all([
    ec2.send(new DescribeSubnetsCommand({ Filters: filter("subnet-id", subnetIds) })),
    ec2.send(new DescribeRouteTablesCommand({ Filters: filter("vpc-id", [id]) })),
  ]);
  return subnetIds.map((subnetId, place) => {
    const subnet = subnets.find((one) => one.SubnetId === subnetId);
    const [zone = "", table = ""] = [zones[place], routeTableIds[place]];
    const wrong = wrongWithSubnet(subnet, id, zone) ?? wrongWithRoutes(subnetId, table, tables);
    return wrong === undefined
      ? known(`${subnetId} is in ${zone}, with routes of ${table}`)
      : broken(`${subnetId} ${wrong}`, "correct it under network");
  });
}

function wrongWithSubnet(subnet: Subnet | undefined, vpc: string, zone: string): string | undefined {
  if (subnet === undefined) return "is not there";
  if (subnet.VpcId !== vpc) return `is in ${subnet.VpcId}, and not in ${vpc}`;
  if (subnet.AvailabilityZone !== zone) return `is in ${subnet.AvailabilityZone}, and network.zones says ${zone}`;
  // Lambda puts one interface into a subnet, whatever runs at once.
  return subnet.AvailableIpAddressCount === 0 ? "has no address left for the function" : undefined;
}

function wrongWithRoutes(subnet: string, said: string, tables: readonly RouteTable[]): string | undefined {
  const all = tables.flatMap(({ RouteTableId: id, Associations: associations = [] }) =>
    associations.map((one) => ({ id, subnet: one.SubnetId, isMain: one.Main })),
  );
  const actual = all.find((one) => one.subnet === subnet) ?? all.find(({ isMain }) => isMain);
  return actual?.id === said ? undefined : `goes by ${actual?.id ?? "no route table"}, and network says ${said}`;
}

async function groupFinding({ ec2 }: Subject["clients"], id: string, network: ExistingVpc): Promise<Finding> {
  const command = new DescribeSecurityGroupsCommand({ Filters: filter("group-id", [id]) });
  const { SecurityGroups: [group] = [] } = await ec2.send(command);
  if (group === undefined) return broken(`no ${id}, the group of Redis`, "correct redis.securityGroupId");
  return group.VpcId === network.id
    ? known(`${id}, the group of Redis, is there`)
    : unknown(`${id}, the group of Redis, is in ${group.VpcId}`, "are the two VPCs peered? Otherwise it fails");
}

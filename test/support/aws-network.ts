import { answered, refused, type Tree } from "./aws-replies";
import type { Reply } from "./receivers/receiver";

/** What an account's network holds. */
export interface HeldNetwork {
  vpcs: string[];
  resolvesNames: boolean;
  subnets: { id: string; vpc: string; zone: string; table: string; free: number }[];
  /** Security groups, and the VPC of each. */
  groups: Record<string, string>;
  endpoints: { id: string; service: string; group: string; isPrivate: boolean }[];
  /** Zones in which endpoints can be made. */
  zones: string[];
  /** Zones of the region, and what is the matter with each: "available" where nothing is. */
  regionZones: Record<string, string>;
  /** Zones with a default subnet. */
  defaultZones: string[];
  /** Zones in which a service has no endpoint, by the service's short name. */
  lacking: Record<string, string[]>;
}

/** What EC2 says to a call; it finds by ids that are asked for. */
export function networkReply(call: string, asked: URLSearchParams, held: HeldNetwork): Reply {
  const { vpcs, resolvesNames, subnets, groups, endpoints, zones } = held;
  const values = Array.from(asked.entries()).flatMap(([name, value]) =>
    /^Filter\.\d+\.Value\.\d+$/.test(name) ? [value] : [],
  );
  const isAsked = (id: string): boolean => values.length === 0 || values.includes(id);
  const items = (set: string, item: readonly Tree[]): Reply => answered(call, { [set]: { item } });
  const offered = (): Tree[] =>
    values.map((serviceName) => {
      const lacking = held.lacking[serviceName.split(".").at(-1) ?? ""] ?? [];
      const item = Object.keys(held.regionZones).filter((zone) => !lacking.includes(zone));
      return { serviceName, availabilityZoneSet: { item } };
    });
  switch (call) {
    case "DescribeVpcs":
      return items(
        "vpcSet",
        vpcs.filter(isAsked).map((vpcId) => ({ vpcId })),
      );
    case "DescribeVpcAttribute":
      return answered(call, { enableDnsSupport: { value: String(resolvesNames) } });
    case "DescribeAvailabilityZones":
      return items(
        "availabilityZoneInfo",
        Object.entries(held.regionZones).map(([zoneName, zoneState]) => ({ zoneName, zoneState })),
      );
    case "DescribeSubnets": {
      if (asked.get("Filter.1.Name") === "default-for-az") {
        return items(
          "subnetSet",
          held.defaultZones.map((availabilityZone) => ({ availabilityZone })),
        );
      }
      const found = subnets.filter(({ id }) => isAsked(id));
      const item = found.map(({ id: subnetId, vpc: vpcId, zone: availabilityZone, free }) => ({
        subnetId,
        vpcId,
        availabilityZone,
        availableIpAddressCount: String(free),
      }));
      return items("subnetSet", item);
    }
    case "DescribeRouteTables": {
      const item = subnets.map(({ id: subnetId, table: routeTableId }) => ({
        routeTableId,
        associationSet: { item: [{ subnetId, main: "false" }] },
      }));
      return items("routeTableSet", item);
    }
    case "DescribeSecurityGroups": {
      const found = Object.entries(groups).filter(([id]) => isAsked(id));
      return items(
        "securityGroupInfo",
        found.map(([groupId, vpcId]) => ({ groupId, vpcId })),
      );
    }
    case "DescribeVpcEndpointServices":
      return items("serviceDetailSet", values.length === 0 ? [{ availabilityZoneSet: { item: zones } }] : offered());
    case "DescribeVpcEndpoints": {
      const item = endpoints
        .filter(({ service }) => isAsked(service))
        .map(({ id: vpcEndpointId, group, isPrivate }) => ({
          vpcEndpointId,
          groupSet: { item: [{ groupId: group }] },
          privateDnsEnabled: String(isPrivate),
        }));
      return items("vpcEndpointSet", item);
    }
    default:
      return refused("InvalidAction", call);
  }
}

import {
  DescribeAvailabilityZonesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";

import { TRIAL_ZONES } from "../../lib/environments/schema";
import { endpointService } from "../../lib/partition";
import type { Subject } from "./clients";
import { broken, type Finding, known, unknown } from "./finding";

/** VPCs that a region has room for, unless more were asked for (VPC guide, quotas). */
const VPC_QUOTA = 5;

/** What the trial puts into its zones. */
const SERVICES = ["elasticache", "lambda"] as const;

/** Whether there is room for the trial's VPC, and whether its zones take what it puts there. */
export async function trialFindings(subject: Subject, zones: readonly string[] | undefined): Promise<Finding[]> {
  if (subject.isDeployed) return [known("the trial's VPC is there")];
  const { clients, environment } = subject;
  const { Vpcs: vpcs = [] } = await clients.ec2.send(new DescribeVpcsCommand({}));
  const room =
    vpcs.length < VPC_QUOTA
      ? known(`${vpcs.length} VPCs in ${environment.region}, and room for the trial's`)
      : unknown(
          `${vpcs.length} VPCs in ${environment.region}, where ${VPC_QUOTA} is the quota`,
          "was it raised? Otherwise ask",
        );
  return [room, ...(await zoneFindings(subject, zones))];
}

async function zoneFindings(subject: Subject, named: readonly string[] | undefined): Promise<Finding[]> {
  const { region } = subject.environment;
  const available = await availableZones(subject);
  const [zones, offered] = [named ?? (await firstZones(subject, available)), await offeredZones(subject)];
  const missing = zones.filter((zone) => !available.includes(zone));
  const fit = available.filter((zone) => SERVICES.every((service) => offered.get(service)?.has(zone) !== false));
  const fix =
    fit.length < TRIAL_ZONES
      ? "take another region"
      : `network: { kind: "trial", zones: ${JSON.stringify(fit.slice(0, TRIAL_ZONES))} }`;
  if (missing.length > 0) {
    return [broken(`network.zones has ${missing.join(", ")}, which this account cannot use now`, fix)];
  }
  if (zones.length < TRIAL_ZONES) {
    return [broken(`${zones.length} zones of ${region} can be used, and the trial's cache takes ${TRIAL_ZONES}`, fix)];
  }
  const lacking = zones.flatMap((zone) =>
    SERVICES.filter((service) => offered.get(service)?.has(zone) === false).map((service) =>
      unknown(`the trial goes to ${zone}, where AWS offers no endpoint of ${service}: it may not run there`, fix),
    ),
  );
  return lacking.length > 0 ? lacking : [known(`the trial goes to ${zones.join(" and ")}`)];
}

/** Zones of the region that this account may use, by name; no local zones. */
async function availableZones({ clients, environment: { region } }: Subject): Promise<string[]> {
  const Filters = [{ Name: "zone-type", Values: ["availability-zone"] }];
  const { AvailabilityZones: zones = [] } = await clients.ec2.send(new DescribeAvailabilityZonesCommand({ Filters }));
  const usable = zones.filter(({ State: state, RegionName: of = region }) => state === "available" && of === region);
  return usable.flatMap(({ ZoneName: name }) => name ?? []).toSorted();
}

/** The zones that CloudFormation's Fn::GetAZs gives first: those with a default subnet, or where none has one, all. */
async function firstZones({ clients }: Subject, available: readonly string[]): Promise<string[]> {
  const Filters = [{ Name: "default-for-az", Values: ["true"] }];
  const { Subnets: defaults = [] } = await clients.ec2.send(new DescribeSubnetsCommand({ Filters }));
  const usual = new Set(defaults.map(({ AvailabilityZone: zone }) => zone));
  const first = available.filter((zone) => usual.has(zone));
  return (first.length > 0 ? first : available).slice(0, TRIAL_ZONES);
}

/** Zones in which AWS offers an endpoint of each service: the nearest to where the service runs that EC2 tells. */
async function offeredZones({ clients, environment: { region } }: Subject): Promise<Map<string, Set<string>>> {
  const names = new Map(SERVICES.map((service) => [endpointService(region, service), service]));
  const Filters = [{ Name: "service-name", Values: [...names.keys()] }];
  const { ServiceDetails: details = [] } = await clients.ec2.send(new DescribeVpcEndpointServicesCommand({ Filters }));
  return new Map(
    details.flatMap(({ ServiceName: name = "", AvailabilityZones: zones = [] }) => {
      const service = names.get(name);
      return service === undefined ? [] : [[service, new Set(zones)] as const];
    }),
  );
}

import { DescribeVpcEndpointServicesCommand, DescribeVpcEndpointsCommand } from "@aws-sdk/client-ec2";

import { endpointService } from "../../lib/partition";
import type { Subject } from "./clients";
import { broken, type Finding, known } from "./finding";

/** Whether the interface endpoints that the environment uses are there, or can be made in its zones. */
export async function endpointFindings(subject: Subject): Promise<Finding[]> {
  const { endpoints, network } = subject.environment;
  if (network.kind !== "vpc") return [];
  const wanted = Object.entries(endpoints).filter(([, setting]) => setting !== "off");
  const each = wanted.map(([service, setting]) =>
    setting === "create"
      ? possible(subject, service, network.zones)
      : present(subject, { service, group: setting, vpc: network.id }),
  );
  return (await Promise.all(each)).flat();
}

const nameOf = ({ environment: { region } }: Subject, service: string): string => endpointService(region, service);

async function possible(subject: Subject, service: string, zones: readonly string[]): Promise<Finding[]> {
  const name = nameOf(subject, service);
  const command = new DescribeVpcEndpointServicesCommand({ ServiceNames: [name] });
  const { ServiceDetails: [detail] = [] } = await subject.clients.ec2.send(command);
  const strange = zones.filter((zone) => !detail?.AvailabilityZones?.includes(zone));
  return strange.length === 0
    ? [known(`an endpoint of ${service} can be made in ${zones.join(", ")}`)]
    : [broken(`no endpoint of ${service} can be made in ${strange.join(", ")}`, "leave those zones out of network")];
}

interface Present {
  readonly service: string;
  readonly group: string;
  readonly vpc: string;
}

async function present(subject: Subject, { service, group, vpc }: Present): Promise<Finding[]> {
  const Filters = [
    { Name: "vpc-id", Values: [vpc] },
    { Name: "service-name", Values: [nameOf(subject, service)] },
  ];
  const { VpcEndpoints: found = [] } = await subject.clients.ec2.send(new DescribeVpcEndpointsCommand({ Filters }));
  const fit = found.find(({ Groups: groups = [] }) => groups.some(({ GroupId: id }) => id === group));
  if (fit === undefined) {
    return [broken(`no endpoint of ${service} in ${vpc} has the group ${group}`, `endpoints.${service}: create`)];
  }
  // The function knows the service's public name only, unless the stack made the endpoint.
  if (fit.PrivateDnsEnabled !== true) {
    const fix = `aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${fit.VpcEndpointId} --private-dns-enabled`;
    return [broken(`${fit.VpcEndpointId}, of ${service}, does not answer to its service's name`, fix)];
  }
  return [known(`${fit.VpcEndpointId}, of ${service}, is there`)];
}

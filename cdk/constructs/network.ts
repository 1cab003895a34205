import { IpAddresses, type ISubnet, type IVpc, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { TRIAL_ZONES } from "../../lib/environments/schema";
import { accepted } from "./accepted";

/** Room for the function, the cache and their endpoints, and nothing else. */
const TRIAL_CIDR = "10.213.0.0/24";

/** Where the function runs: a VPC that is there already, or a small one without any way out. */
export class Network extends Construct {
  readonly vpc: IVpc;
  readonly subnets: ISubnet[];

  constructor(scope: Construct, id: string, { network, name }: ValidatedEnvironment) {
    super(scope, id);
    if (network.kind === "vpc") {
      this.vpc = Vpc.fromVpcAttributes(this, "Vpc", {
        vpcId: network.id,
        availabilityZones: network.zones,
        privateSubnetIds: network.subnetIds,
        privateSubnetRouteTableIds: network.routeTableIds,
      });
      this.subnets = this.vpc.privateSubnets;
      return;
    }
    const vpc = new Vpc(this, "Vpc", {
      vpcName: `${name}-quantum-watch`,
      ipAddresses: IpAddresses.cidr(TRIAL_CIDR),
      ...(network.zones ? { availabilityZones: network.zones } : { maxAzs: TRIAL_ZONES }),
      natGateways: 0,
      subnetConfiguration: [{ name: "isolated", subnetType: SubnetType.PRIVATE_ISOLATED }],
      // Emptying the default group takes a function with broad rights of its own; nothing here uses that group.
      restrictDefaultSecurityGroup: false,
    });
    accepted(vpc, "VPC7", "A trial that nothing can leave or enter: its flow logs would cost more than its cache.");
    // CDK's own classes and interfaces differ in how they leave a property out.
    this.vpc = vpc as IVpc;
    this.subnets = vpc.isolatedSubnets;
  }
}

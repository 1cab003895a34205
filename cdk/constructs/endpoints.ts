import { Fn } from "aws-cdk-lib";
import {
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  SecurityGroup,
} from "aws-cdk-lib/aws-ec2";
import { AnyPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import type { EndpointVariable } from "../../lib/environments/function-variables";
import type { Network } from "./network";

interface EndpointsProps {
  readonly environment: ValidatedEnvironment;
  readonly network: Network;
}

interface Wanted {
  readonly id: "Monitoring" | "SecretsManager";
  readonly setting: string;
  readonly service: InterfaceVpcEndpointAwsService;
  readonly variable: EndpointVariable;
  /** All that may pass; the endpoint serves one function. */
  readonly allows: PolicyStatement;
}

interface Endpoint {
  readonly securityGroup: ISecurityGroup;
  readonly variables: Endpoints["variables"];
}

/**
 * The ways to AWS's own services that an environment needs from inside its VPC. Those made here keep private DNS off:
 * on, every other client in the VPC would be sent to an endpoint that lets none but our function in.
 */
export class Endpoints extends Construct {
  /** Groups that the function has to reach by HTTPS. */
  readonly securityGroups: readonly ISecurityGroup[];
  readonly variables: Readonly<Partial<Record<EndpointVariable, string>>>;

  constructor(scope: Construct, id: string, { environment, network }: EndpointsProps) {
    super(scope, id);
    const wanted = wantedBy(environment).filter(({ setting }) => setting !== "off");
    const made = wanted.map((one) => this.#endpoint(one, network));
    this.securityGroups = made.map(({ securityGroup }) => securityGroup);
    this.variables = Object.assign({}, ...made.map(({ variables }) => variables)) as Endpoints["variables"];
  }

  #endpoint({ id, setting, service, variable, allows }: Wanted, { vpc, subnets }: Network): Endpoint {
    if (setting !== "create") {
      return { securityGroup: SecurityGroup.fromSecurityGroupId(this, `${id}SecurityGroup`, setting), variables: {} };
    }
    const securityGroup = new SecurityGroup(this, `${id}SecurityGroup`, {
      vpc,
      description: `The ${id} endpoint`,
      allowAllOutbound: false,
    });
    const endpoint = new InterfaceVpcEndpoint(this, id, {
      vpc,
      service,
      subnets: { subnets },
      securityGroups: [securityGroup],
      open: false,
      privateDnsEnabled: false,
    });
    endpoint.addToPolicy(allows);
    // An entry reads "hosted zone:name"; the first one's name answers in every zone.
    const host = Fn.select(1, Fn.split(":", Fn.select(0, endpoint.vpcEndpointDnsEntries)));
    return { securityGroup, variables: { [variable]: `https://${host}` } };
  }
}

function wantedBy({ endpoints, redis }: ValidatedEnvironment): Wanted[] {
  const secret = redis.kind === "existing" && redis.authentication.kind === "secret" ? redis.authentication.arn : "";
  return [
    {
      id: "Monitoring",
      setting: endpoints.monitoring,
      service: InterfaceVpcEndpointAwsService.CLOUDWATCH_MONITORING,
      variable: "AWS_ENDPOINT_URL_CLOUDWATCH",
      allows: statement("cloudwatch:PutMetricData", "*"),
    },
    {
      id: "SecretsManager",
      setting: endpoints.secretsmanager,
      service: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      variable: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
      allows: statement("secretsmanager:GetSecretValue", secret),
    },
  ];
}

function statement(action: string, resource: string): PolicyStatement {
  return new PolicyStatement({ principals: [new AnyPrincipal()], actions: [action], resources: [resource] });
}

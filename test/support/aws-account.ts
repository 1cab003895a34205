import { type HeldLambda, lambdaCall, lambdaReply } from "./aws-lambda";
import { type HeldNetwork, networkReply } from "./aws-network";
import { answered, failed, json, paged, refused } from "./aws-replies";
import { type Received, Receiver, type Reply } from "./receivers/receiver";

type Json = Readonly<Record<string, unknown>>;

interface SecretHeld {
  readonly text: string;
  readonly key?: string;
}

interface Described {
  readonly status: string;
  readonly isProtected?: boolean;
  readonly outputs?: Readonly<Record<string, string>>;
}

/** What an account holds; a test changes what it is about. */
export interface Held extends HeldNetwork, HeldLambda {
  account: string;
  /** Stacks by name. */
  stacks: Record<string, Described>;
  secrets: Record<string, SecretHeld>;
  logGroups: string[];
  alarms: string[];
  dashboards: string[];
  tables: string[];
  /** Queues by name. */
  queues: string[];
  /** Subscriptions: the last part of the topic's ARN, protocol, endpoint, ARN or PendingConfirmation. */
  subscriptions: (readonly [topic: string, protocol: string, endpoint: string, arn: string])[];
  /** Properties of the types that CloudFormation has here; it knows no other. */
  types: Record<string, readonly string[]>;
  /** Calls that this caller may not make. */
  forbidden: string[];
}

/** AWS on this machine, as far as a deploy is looked at beforehand: one address for all services, each in its protocol. */
export class AwsAccount extends Receiver {
  readonly held: Held;
  /** Every call, in order. */
  readonly calls: string[] = [];

  constructor(held: Held) {
    super((received) => this.#take(received));
    this.held = held;
  }

  #take({ path, headers, body }: Received): Reply {
    const ofLambda = lambdaCall(path);
    if (ofLambda !== undefined) {
      this.calls.push(ofLambda);
      return lambdaReply(ofLambda, path, this.held);
    }
    const target = headers["x-amz-target"];
    if (typeof target === "string") {
      const call = target.split(".")[1] ?? "";
      this.calls.push(call);
      if (this.held.forbidden.includes(call)) return failed("AccessDeniedException", `may not ${call}`);
      return json(this.#json(call, JSON.parse(body) as Json));
    }
    const asked = new URLSearchParams(body);
    const call = asked.get("Action") ?? "";
    this.calls.push(call);
    if (this.held.forbidden.includes(call)) return refused("AccessDenied", `may not ${call}`);
    return this.#xml(call, asked);
  }

  #json(call: string, input: Json): object | string {
    const { secrets, logGroups, alarms, dashboards, tables } = this.held;
    const secret = secrets[String(input["SecretId"])];
    switch (call) {
      case "DescribeSecret":
        return secret ? { ARN: input["SecretId"], KmsKeyId: secret.key } : "ResourceNotFoundException";
      case "GetSecretValue":
        return secret ? { SecretString: secret.text } : "ResourceNotFoundException";
      case "DescribeLogGroups": {
        const all = logGroups.filter((name) => name.startsWith(String(input["logGroupNamePrefix"])));
        return paged(all, input["nextToken"], (page, nextToken) => ({
          logGroups: page.map((logGroupName) => ({ logGroupName })),
          ...nextToken,
        }));
      }
      case "DescribeAlarms": {
        const all = alarms.filter((name) => name.startsWith(String(input["AlarmNamePrefix"])));
        return paged(all, input["NextToken"], (page, { nextToken }) => ({
          MetricAlarms: page.map((AlarmName) => ({ AlarmName })),
          ...(nextToken === undefined ? {} : { NextToken: nextToken }),
        }));
      }
      case "ListDashboards":
        return { DashboardEntries: dashboards.map((DashboardName) => ({ DashboardName })) };
      case "ListQueues":
        return this.#queues(input);
      case "DescribeTable":
        return tables.includes(String(input["TableName"])) ? { Table: {} } : "ResourceNotFoundException";
      default:
        return "UnknownOperationException";
    }
  }

  /** Who does not say how many gets the first, and nothing by which to ask for others. */
  #queues({ QueueNamePrefix: prefix, MaxResults: most, NextToken: token }: Json): object {
    const { account, queues } = this.held;
    const all = queues.filter((name) => name.startsWith(String(prefix)));
    return paged(all, token, (page, { nextToken }) => ({
      QueueUrls: page.map((name) => `https://sqs.eu-central-1.amazonaws.com/${account}/${name}`),
      ...(nextToken === undefined || most === undefined ? {} : { NextToken: nextToken }),
    }));
  }

  #xml(call: string, asked: URLSearchParams): Reply {
    const { account, stacks } = this.held;
    if (call === "GetCallerIdentity") {
      const Arn = `arn:aws:iam::${account}:user/erika`;
      return answered(call, { GetCallerIdentityResult: { Arn, UserId: "AIDA", Account: account } });
    }
    if (call === "ListSubscriptionsByTopic") return this.#subscriptions(call, asked);
    if (call === "DescribeType") return this.#type(call, asked.get("TypeName") ?? "");
    if (call !== "DescribeStacks") return networkReply(call, asked, this.held);
    const name = asked.get("StackName") ?? "";
    const stack = stacks[name];
    if (stack === undefined) return refused("ValidationError", `Stack with id ${name} does not exist`);
    const outputs = Object.entries(stack.outputs ?? {});
    const member = {
      StackName: name,
      StackStatus: stack.status,
      CreationTime: "2026-01-01T00:00:00Z",
      EnableTerminationProtection: String(stack.isProtected ?? false),
      Outputs: { member: outputs.map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })) },
    };
    return answered(call, { DescribeStacksResult: { Stacks: { member } } });
  }

  #type(call: string, name: string): Reply {
    const properties = this.held.types[name];
    if (properties === undefined) return refused("TypeNotFoundException", `The type '${name}' cannot be found.`);
    const Schema = JSON.stringify({ properties: Object.fromEntries(properties.map((one) => [one, {}])) });
    return answered(call, { DescribeTypeResult: { TypeName: name, Schema } });
  }

  #subscriptions(call: string, asked: URLSearchParams): Reply {
    const topic = asked.get("TopicArn")?.split(":").at(-1);
    const all = this.held.subscriptions.filter(([one]) => one === topic);
    return paged(all, asked.get("NextToken") ?? undefined, (page, { nextToken }) => {
      const member = page.map(([, Protocol, Endpoint, SubscriptionArn]) => ({ Protocol, Endpoint, SubscriptionArn }));
      const next = nextToken === undefined ? {} : { NextToken: nextToken };
      return answered(call, { ListSubscriptionsByTopicResult: { Subscriptions: { member }, ...next } });
    });
  }
}

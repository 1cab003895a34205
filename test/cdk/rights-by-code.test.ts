import { type Environment, validateEnvironment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { collectName } from "../../lib/environments/names";
import { pagingFunctionsOf } from "../../lib/environments/paging";
import { equipped } from "../support/equipped-environment";
import { bundled, type Bundled } from "./sdk-calls";
import { type Resource, resourcesOf, templateOf } from "./synthesized";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

interface Deployed {
  readonly FunctionName: string;
  readonly Role: { readonly "Fn::GetAtt": readonly [string, string] };
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
  readonly VpcConfig?: object;
  readonly DeadLetterConfig?: object;
}

/** What AWS does in a function's name, although its code asks for none of it. */
const BEYOND_CODE: readonly {
  readonly why: string;
  readonly isNeeded: (deployed: Deployed, environment: Environment) => boolean;
  readonly actions: readonly string[];
}[] = [
  {
    why: "the runtime writes what the function prints (Lambda guide, execution role)",
    isNeeded: () => true,
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
  },
  {
    why: "Lambda puts the function into its VPC (AWSLambdaVPCAccessExecutionRole)",
    isNeeded: ({ VpcConfig: vpc }) => vpc !== undefined,
    actions: [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ],
  },
  {
    why: "Lambda hands over what failed to an encrypted queue (Lambda guide, dead-letter queues; SQS guide, key management)",
    isNeeded: ({ DeadLetterConfig: queue }) => queue !== undefined,
    actions: ["sqs:SendMessage", "kms:Decrypt", "kms:GenerateDataKey"],
  },
  {
    why: "Secrets Manager decrypts by a key of one's own in the reader's name (its guide, encryption)",
    isNeeded: (deployed, { secretsKeyArn: key }) => key !== undefined && namesSecret(deployed),
    actions: ["kms:Decrypt"],
  },
];

const all: readonly (readonly [string, Environment])[] = [...Object.entries(environments), ["with a key", equipped]];

const bundles = new Map<string, Bundled>();

function bundleOf(file: string): Bundled {
  const found = bundles.get(file) ?? bundled(file);
  bundles.set(file, found);
  return found;
}

const namesSecret = ({ Environment: { Variables: variables } }: Deployed): boolean =>
  JSON.stringify(variables).includes(":secretsmanager:");

/** Only Slack's bot takes pictures. */
const hasBot = ({ Environment: { Variables: variables } }: Deployed): boolean =>
  JSON.stringify(variables["NOTIFY_CHANNELS"]).includes("slack-bot");

/** Calls that the code makes only where a variable asks for them. */
function isReached(call: string, deployed: Deployed): boolean {
  if (call === "secretsmanager:GetSecretValue") return namesSecret(deployed);
  if (call === "cloudwatch:GetMetricWidgetImage") return hasBot(deployed);
  return true;
}

/** What the code asks for, with the variables that it is given. */
function neededBy(deployed: Deployed, environment: Environment): Set<string> {
  const { calls, sources } = bundleOf(fileOf(deployed, environment));
  const isIam = deployed.Environment.Variables["REDIS_AUTH"] === "iam" && sources.includes("lib/redis/iam-token.ts");
  return new Set([
    ...calls.filter((call) => isReached(call, deployed)),
    // A token that is signed in place: no call, but the right that ElastiCache looks for.
    ...(isIam ? ["elasticache:Connect"] : []),
    ...BEYOND_CODE.flatMap(({ isNeeded, actions }) => (isNeeded(deployed, environment) ? actions : [])),
  ]);
}

function fileOf({ FunctionName: name }: Deployed, environment: Environment): string {
  const telling = pagingFunctionsOf(validateEnvironment(environment)).find(
    (one) => name === collectName(environment.name, one),
  );
  return `${telling ?? (environment.publisher === "emf" ? "collect" : "collect-api")}.ts`;
}

describe.each(all)("in %s", (_, environment) => {
  const template = templateOf(environment);
  const roles = template.findResources("AWS::IAM::Role") as Record<string, Resource>;
  const functions = resourcesOf(template, "AWS::Lambda::Function").map(
    ({ Properties }) => Properties as unknown as Deployed,
  );

  test.each(functions)("$FunctionName may do what it does, all of it and nothing else", (deployed) => {
    const policies = roles[deployed.Role["Fn::GetAtt"][0]]?.Properties["Policies"] as readonly {
      PolicyDocument: { Statement: readonly Statement[] };
    }[];

    const allowed = policies
      .flatMap(({ PolicyDocument: { Statement: statements } }) => statements)
      .filter(({ Effect: effect }) => effect === "Allow")
      .flatMap(({ Action: actions }) => actions);

    expect([...new Set(allowed)].toSorted()).toEqual([...neededBy(deployed, environment)].toSorted());
  });
});

test("the calls are those of the code, and not of all that its packages could do", () => {
  const remind = bundleOf("remind.ts");

  expect(remind.calls.toSorted()).toEqual([
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetAlarmMuteRule",
    "cloudwatch:ListAlarmMuteRules",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "logs:FilterLogEvents",
    "secretsmanager:GetSecretValue",
  ]);
});

import type { Unbound } from "./unbound";

const INTERFACE_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

const EVERY_ALARM =
  "DescribeAlarms knows alarms as resources, but tells of composite ones only where it may look at all (its reference).";
const OWN_KEY = "In the policy of a key every resource is that key (KMS guide, key policies).";

/**
 * Every statement with a wildcard that any environment has, and why it may: which actions know no resource is from AWS's
 * service authorization reference.
 */
export const EVERY_RESOURCE: readonly (Unbound & { readonly why: string })[] = [
  {
    of: "AWS::IAM::Role CollectRole",
    sid: "JoinNetwork",
    effect: "Allow",
    actions: INTERFACE_ACTIONS,
    on: ["*"],
    why:
      "The two that describe know no resources; the others know interfaces, which are Lambda's to make, to name and to " +
      "remove (Lambda guide, permissions for a VPC).",
  },
  {
    of: "AWS::IAM::Role CollectRole",
    sid: "KeepNetworkFromCode",
    effect: "Deny",
    actions: [...INTERFACE_ACTIONS, "ec2:DetachNetworkInterface"],
    on: ["*"],
    when: '{"ArnEquals":{"lambda:SourceFunctionArn":"arn:aws:lambda:REGION:ACCOUNT:function:ENV-quantum-watch-collect"}}',
    why: "It takes away: the more it covers, the less the function's code may.",
  },
  {
    of: "AWS::IAM::Role CollectRole",
    sid: "PutMetrics",
    effect: "Allow",
    actions: ["cloudwatch:PutMetricData"],
    on: ["*"],
    when: '{"StringEquals":{"cloudwatch:namespace":"QuantumTrader"}}',
    why: "PutMetricData knows no resources; the namespace is what it can be held to.",
  },
  {
    of: "AWS::EC2::VPCEndpoint",
    sid: "",
    effect: "Allow",
    actions: ["cloudwatch:PutMetricData"],
    on: ["*"],
    to: '{"AWS":"*"}',
    why: "PutMetricData knows no resources; whose network reaches the endpoint is said by its group, who may by roles.",
  },
  {
    of: "AWS::IAM::Role NotifierNotifyRole",
    sid: "LookAtAlarms",
    effect: "Allow",
    actions: ["cloudwatch:DescribeAlarms"],
    on: ["*"],
    why: EVERY_ALARM,
  },
  {
    of: "AWS::IAM::Role NotifierNotifyRole",
    sid: "DrawCharts",
    effect: "Allow",
    actions: ["cloudwatch:GetMetricWidgetImage"],
    on: ["*"],
    why: "GetMetricWidgetImage knows no resources.",
  },
  {
    of: "AWS::IAM::Role NotifierRemindRole",
    sid: "LookAtAlarms",
    effect: "Allow",
    actions: ["cloudwatch:DescribeAlarms"],
    on: ["*"],
    why: EVERY_ALARM,
  },
  {
    of: "AWS::IAM::Role NotifierRemindRole",
    sid: "LookAtMuteRules",
    effect: "Allow",
    actions: ["cloudwatch:ListAlarmMuteRules", "cloudwatch:GetAlarmMuteRule"],
    on: ["*"],
    why: "Both know mute rules as resources, but a listing is of all of the account's; read, they tell times and alarms.",
  },
  {
    of: "AWS::KMS::Key",
    sid: "",
    effect: "Allow",
    actions: ["kms:*"],
    on: ["*"],
    to: '{"AWS":"arn:aws:iam::ACCOUNT:root"}',
    why: `${OWN_KEY} Without its account, nobody could ever change or remove it (the same guide, default key policy).`,
  },
  {
    of: "AWS::KMS::Key",
    sid: "EncryptAlarms",
    effect: "Allow",
    actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
    on: ["*"],
    to: '{"Service":"cloudwatch.amazonaws.com"}',
    why: `${OWN_KEY} SNS's guide (key management) asks for these actions.`,
  },
  {
    of: "AWS::KMS::Key",
    sid: "EncryptDeadLetters",
    effect: "Allow",
    actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
    on: ["*"],
    to: '{"Service":"sns.amazonaws.com"}',
    when:
      '{"ArnEquals":{"aws:SourceArn":["arn:aws:sns:REGION:ACCOUNT:ENV-quantum-watch-critical",' +
      '"arn:aws:sns:REGION:ACCOUNT:ENV-quantum-watch-warning","arn:aws:sns:REGION:ACCOUNT:ENV-quantum-watch-info"]}}',
    why: `${OWN_KEY} SQS's guide (key management) asks for these actions, without their variants.`,
  },
  {
    of: "AWS::SQS::QueuePolicy",
    sid: "",
    effect: "Deny",
    actions: ["sqs:*"],
    on: ["its Arn"],
    to: '{"AWS":"*"}',
    when: '{"Bool":{"aws:SecureTransport":"false"}}',
    why: "It takes away: nothing at all may come without TLS.",
  },
];

import { secretArn } from "../support/paged-environment";
import { examining, type Trouble } from "../support/preflight-run";
import { deployedAccount, HUSH } from "../support/ready-account";
import { SERVER_TIMEOUT_MS } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const KEY = "arn:aws:kms:eu-central-1:222222222222:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
const { tellsOf } = examining();

const slack = secretArn("slack");

describe("what a deploy would fail of is broken, and it says what to do:", () => {
  it.each<Trouble>([
    {
      what: "another account",
      change: (held) => (held.account = "333333333333"),
      says: "these credentials are of account 333333333333, but prod goes to 222222222222",
      fix: "take a profile of 222222222222",
    },
    {
      what: "no bootstrap",
      change: (held) => delete held.stacks["CDKToolkit"],
      says: "eu-central-1 of 222222222222 is not bootstrapped",
      fix: "npx cdk bootstrap aws://222222222222/eu-central-1",
    },
    {
      what: "an old bootstrap",
      change: (held) => (held.stacks["CDKToolkit"] = { status: "CREATE_COMPLETE", outputs: { BootstrapVersion: "5" } }),
      says: "bootstrapped with version 5, and 6 is the least",
      fix: "npx cdk bootstrap",
    },
    {
      what: "a stack at work",
      change: (held) => (held.stacks["prod-quantum-watch"] = { status: "UPDATE_IN_PROGRESS" }),
      says: "prod-quantum-watch is at work (UPDATE_IN_PROGRESS)",
      fix: "wait for its end",
    },
    {
      what: "a stack that cannot go back",
      change: (held) => (held.stacks["prod-quantum-watch"] = { status: "UPDATE_ROLLBACK_FAILED" }),
      says: "UPDATE_ROLLBACK_FAILED",
      fix: "aws cloudformation continue-update-rollback --stack-name prod-quantum-watch",
    },
    {
      what: "a stack that was half removed",
      change: (held) => (held.stacks["prod-quantum-watch"] = { status: "DELETE_FAILED" }),
      says: "prod-quantum-watch: DELETE_FAILED",
      fix: "npx cdk destroy -c env=prod",
    },
    {
      what: "no secret",
      change: (held) => delete held.secrets[slack],
      says: "notify.slack: there is no secret quantum/slack with this ARN",
      fix: `create-secret --name quantum/slack --secret-string file://secret.json, which holds {"token": "…"}`,
    },
    {
      what: "a secret without its member",
      change: (held) => (held.secrets[slack] = { text: JSON.stringify({ bot: HUSH }) }),
      says: "the secret quantum/slack has no token",
      fix: "put-secret-value --secret-id quantum/slack",
    },
    {
      what: "a secret that is broken JSON",
      change: (held) => (held.secrets[slack] = { text: `{"token": ${HUSH}` }),
      says: "begins like JSON and is none",
      fix: "put-secret-value",
    },
    {
      what: "an address that CloudFormation could not find",
      change: (held) => (held.secrets[secretArn("pagerduty")] = { text: `https://events.example.com/${HUSH}` }),
      says: "notify.pagerduty: the secret quantum/pagerduty is no JSON with a member url",
      fix: "put-secret-value",
    },
    {
      what: "an address without TLS",
      change: (held) => (held.secrets[secretArn("heartbeat")] = { text: `http://beat.example.com/${HUSH}` }),
      says: "notify.heartbeat: the secret quantum/heartbeat holds no https address",
      fix: "put-secret-value",
    },
    {
      what: "a password that is none",
      change: (held) => (held.secrets[secretArn("redis")] = { text: JSON.stringify({ username: HUSH }) }),
      says: "redis.authentication: the secret quantum/redis has no password",
      fix: "put-secret-value",
    },
    {
      what: "a key of one's own that no function may use",
      change: (held) => (held.secrets[slack] = { text: HUSH, key: KEY }),
      says: `notify.slack: the secret is encrypted by ${KEY}`,
      fix: "secretsKeyArn",
    },
    {
      what: "a log group that was retained",
      change: (held) =>
        held.logGroups.push("/quantum-watch/prod/a", "/quantum-watch/prod/b", "/quantum-watch/prod/collect"),
      says: "/quantum-watch/prod/collect is there already",
      fix: "aws logs delete-log-group --log-group-name /quantum-watch/prod/collect",
    },
    {
      what: "an alarm of the same name",
      change: (held) => held.alarms.push("prod-A", "prod-B", "prod-RedisDown"),
      says: "prod-RedisDown is there already",
      fix: "aws cloudwatch delete-alarms --alarm-names prod-RedisDown",
    },
    {
      what: "a board of the same name",
      change: (held) => held.dashboards.push("prod-quantum-safety"),
      says: "prod-quantum-safety is there already",
      fix: "delete-dashboards",
    },
    {
      what: "a table of the same name",
      change: (held) => held.tables.push("prod-quantum-watch-incidents"),
      says: "prod-quantum-watch-incidents is there already",
      fix: "delete-table",
    },
    {
      what: "a queue that was retained",
      change: (held) =>
        held.queues.push("prod-quantum-watch-dead-b", "prod-quantum-watch-dead-critical-email-oncall-example-com"),
      says: "prod-quantum-watch-dead-critical-email-oncall-example-com is there already",
      fix: "aws sqs delete-queue --queue-url https://sqs.eu-central-1.amazonaws.com/222222222222/prod-quantum-watch-dead-critical-email-oncall-example-com",
    },
    {
      what: "a new account, in which nothing can be reserved",
      change: (held) => (held.executions = { limit: 10, unreserved: 10 }),
      says: "reservedConcurrency: the functions take 7 of 10 unreserved executions, of which Lambda keeps 100",
      fix: "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000",
    },
    {
      what: "an account whose other functions leave one execution too few",
      change: (held) => (held.executions = { limit: 1000, unreserved: 106 }),
      says: "take 7 of 106",
      fix: `--desired-value 1001 (until it is granted: reservedConcurrency: "none")`,
    },
    {
      what: "a function that takes more than it has, where there is no more",
      held: deployedAccount,
      change: (held) => (held.reserved["prod-quantum-watch-collect"] = "nothing"),
      says: "reservedConcurrency: the functions take 3 of 100 unreserved executions",
      fix: "--desired-value 1000",
    },
    {
      what: "a new function, where there is no more, and another gives back only later",
      held: deployedAccount,
      change: (held) => (held.reserved = { "prod-quantum-watch-collect": 9 }),
      says: "reservedConcurrency: the functions take 4 of 100 unreserved executions",
      fix: "--desired-value 1000",
    },
    {
      what: "an address that has not confirmed",
      held: deployedAccount,
      change: (held) => {
        held.subscriptions[2] = ["prod-quantum-watch-critical", "email", "oncall@example.com", "PendingConfirmation"];
      },
      says: "e-mail: oncall@example.com has not confirmed critical",
      fix: "follow the link",
    },
    {
      what: "PagerDuty, which has not confirmed",
      held: deployedAccount,
      change: (held) => {
        held.subscriptions = held.subscriptions.map(([topic, protocol, endpoint, arn]) => [
          topic,
          protocol,
          endpoint,
          protocol === "https" ? "PendingConfirmation" : arn,
        ]);
      },
      says: "PagerDuty has not confirmed critical",
      fix: "the address of an integration",
    },
    {
      what: "PagerDuty, which is not told any more",
      held: deployedAccount,
      change: (held) => {
        held.subscriptions = held.subscriptions.filter(([, protocol]) => protocol !== "https");
      },
      says: "PagerDuty is not told of critical",
      fix: "take notify.pagerduty out and deploy",
    },
    {
      what: "an address that is not told any more",
      held: deployedAccount,
      change: (held) => held.subscriptions.pop(),
      says: "e-mail: digest@example.com is not told of info",
      fix: "take digest@example.com out of notify.email and deploy",
    },
  ])("$what", (trouble) => tellsOf(trouble));
});

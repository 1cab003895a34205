import { awsEnv } from "../support/cloudwatch-api";
import { type Ended, endCommands, runCommand } from "../support/command";
import { examining, NO_PROFILE, wordsOf } from "../support/preflight-run";
import { deployable, deployedAccount, readyAccount } from "../support/ready-account";
import { SERVER_TIMEOUT_MS } from "../support/redis-server";
import { dev } from "../support/example-environments";

jest.setTimeout(SERVER_TIMEOUT_MS);

afterAll(endCommands);

const { examined, listen } = examining();
const nothing = (): void => undefined;
const { notify: _, ...silent } = deployable;
const run = (args: string[], env: Record<string, string>): Promise<Ended> =>
  runCommand(["doctor", ...args], { env: { ...env, ...NO_PROFILE } });

describe("the doctor of a deploy", () => {
  it("finds nothing broken where everything is as it must be, and says what only the VPC can tell", async () => {
    const seen = await examined(nothing);

    expect(wordsOf(seen, "broken")).toEqual([]);
    expect(wordsOf(seen, "unknown")).toEqual([
      "Redis: 127.0.0.1:9 cannot be reached from here, which only the VPC has to",
    ]);
    expect(seen.code).toBe(0);
    expect(wordsOf(seen, "known")).toEqual(
      expect.arrayContaining([
        "account 222222222222",
        "region eu-central-1",
        "bootstrapped, version 28",
        "prod-quantum-watch is not there yet: it will be made",
        "subnet-0fedcba9876543211 is in eu-central-1b, with routes of rtb-0fedcba9876543211",
        "notify.slack: quantum/slack holds its token",
        "an endpoint of secretsmanager can be made in eu-central-1a, eu-central-1b, eu-central-1c",
        "dead-letter queues left behind: none with a name of the stack's",
        "reservedConcurrency: the functions take 7 of 900 unreserved executions",
        "CloudFormation of eu-central-1 knows all that the stack asks of it",
      ]),
    );
  });

  it("changes nothing: every call that it makes reads", async () => {
    const { calls } = await examined(nothing);

    for (const call of calls) expect(call).toMatch(/^(Describe|Get|List)/);
  });

  it("finds what is deployed and subscribed already fine, and its names its own", async () => {
    const seen = await examined(nothing, deployable, deployedAccount());

    expect(wordsOf(seen, "broken")).toEqual([]);
    expect(wordsOf(seen, "known")).toEqual(
      expect.arrayContaining([
        "prod-quantum-watch is there (UPDATE_COMPLETE): it will be updated",
        "e-mail: oncall@example.com is told of critical",
        "e-mail: digest@example.com is told of info",
        "reservedConcurrency: the functions have it already",
      ]),
    );
  });

  it("looks at a trial without a VPC, a Redis or secrets of its own", async () => {
    const seen = await examined(nothing, { ...dev, name: "prod" });

    expect(seen.code).toBe(0);
    expect(wordsOf(seen, "known")).toEqual(
      expect.arrayContaining([
        "2 VPCs in eu-central-1, and room for the trial's",
        "Redis: a cache that the stack brings",
        "the trial goes to eu-central-1a and eu-central-1b",
      ]),
    );
    expect(seen.calls).not.toContain("GetAccountSettings");
  });

  it("finds room where exactly so many executions are left as Lambda keeps", async () => {
    const seen = await examined((held) => (held.executions = { limit: 107, unreserved: 107 }));

    expect(wordsOf(seen, "known")).toContain("reservedConcurrency: the functions take 7 of 107 unreserved executions");
  });

  it("has no table or queue in the way of a stack that makes none", async () => {
    const seen = await examined((held) => {
      held.tables.push("prod-quantum-watch-incidents");
      held.queues.push("prod-quantum-watch-dead-notify");
    }, silent);

    expect(wordsOf(seen, "broken")).toEqual([]);
    expect(seen.calls).not.toContain("DescribeTable");
  });
});

describe("what a deploy would fail of is broken:", () => {
  it("an environment that cannot work, before anything is asked", async () => {
    const seen = await examined(nothing, { ...deployable, sampleIntervalSec: 7 });

    expect(seen.code).toBe(1);
    expect(wordsOf(seen, "broken")).toEqual([expect.stringMatching(/^prod: sampleIntervalSec is 7/)]);
    expect(seen.calls).toEqual([]);
  });

  it("another region around it, where silences and drills would look", async () => {
    process.env["AWS_REGION"] = "us-east-1";

    const seen = await examined(nothing);

    expect(wordsOf(seen, "broken")).toEqual([expect.stringContaining("says us-east-1, and the stack goes to eu-")]);
  });

  it("a wrong account, of which nothing else is looked at", async () => {
    const { calls } = await examined((held) => (held.account = "333333333333"));

    expect(new Set(calls)).toEqual(new Set(["GetCallerIdentity"]));
  });
});

describe("what may not be looked at", () => {
  it.each([
    ["DescribeStacks", "the stack: could not be looked at: AccessDenied"],
    ["DescribeSubnets", "the network: could not be looked at: AccessDenied"],
    ["GetSecretValue", "notify.slack: could not be looked at: AccessDenied"],
    ["DescribeLogGroups", "log groups left behind: could not be looked at: AccessDenied"],
    ["ListQueues", "dead-letter queues left behind: could not be looked at: AccessDenied"],
    ["DescribeType", "AWS::CloudWatch::Alarm: could not be looked at: AccessDenied"],
    ["GetAccountSettings", "reservedConcurrency: could not be looked at: AccessDenied"],
  ])("by %s stays unknown, says so, and costs nothing else", async (call, says) => {
    const seen = await examined((held) => held.forbidden.push(call));

    const found = seen.findings.find(({ what }) => what.startsWith(says));
    expect(found).toMatchObject({ verdict: "unknown", fix: "look with a role that may read this" });
    expect(wordsOf(seen, "broken")).toEqual([]);
    expect(seen.code).toBe(0);
  });

  it("of a function that is there leaves open what it has", async () => {
    const account = deployedAccount();

    const seen = await examined((held) => held.forbidden.push("GetFunctionConcurrency"), deployable, account);

    expect(wordsOf(seen, "unknown")).toContainEqual(expect.stringMatching(/^reservedConcurrency: could not be looked/));
    expect(wordsOf(seen, "broken")).toEqual([]);
  });

  it("of the stack leaves open whose the names are", async () => {
    const seen = await examined((held) => {
      held.forbidden.push("DescribeStacks");
      held.alarms.push("prod-RedisDown");
    });

    expect(wordsOf(seen, "broken")).toEqual([]);
  });
});

describe("on the command line", () => {
  it("each line tells its verdict, and below it what to do", async () => {
    const account = await listen({ ...readyAccount(), secrets: {} });

    const { code, stdout } = await run(["--env", "prod"], awsEnv(account.url));

    expect(code).toBe(1);
    expect(stdout).toMatch(/^known {4}the environment prod is valid$/m);
    expect(stdout).toMatch(/^unknown {2}Redis: master\.quantum-prod\..* cannot be reached from here/m);
    expect(stdout).toMatch(/^broken {3}notify.slack: there is no secret .*\n {9}→ aws secretsmanager create-secret/m);
    expect(stdout).toMatch(/^broken {3}runbooks is https:\/\/github\.com\/example\/.* leads nowhere$/m);
    expect(stdout).toMatch(/\n4 to mend before a deploy\n$/);
  });

  it("no credentials are a finding, and not a failure", async () => {
    const { code, stdout } = await run(["--env", "dev"], { AWS_REGION: "eu-central-1" });

    expect(code).toBe(1);
    expect(stdout).toContain("no AWS credentials that work");
    expect(stdout).toContain("→ set AWS_PROFILE");
  });

  it.each([
    [["--env", "nix"], '--env: "nix" is not one of dev, staging, prod'],
    [["--env", "dev", "--redis", "redis://127.0.0.1:1"], "one at a time"],
  ])("%j is a mistake, exit code 2", async (args, says) => {
    const { code, stderr } = await run(args, {});

    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

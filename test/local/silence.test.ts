import { awsEnv, CloudwatchApi } from "../support/cloudwatch-api";
import { type Ended, endCommands, runCommand } from "../support/command";
import { duringEach } from "../support/receivers/receiver";
import { SERVER_TIMEOUT_MS } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

afterAll(endCommands);

const api = duringEach(() => new CloudwatchApi().listen());
/** Without a user whose profile, and without a machine whose role might be found. */
const NO_KEYS = { HOME: "/nowhere", AWS_EC2_METADATA_DISABLED: "true", AWS_REGION: "eu-central-1" };

const silence = (args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  runCommand(["silence", ...args], { env: { ...awsEnv(api().url), ...env } });

const minute = (at: number): string => new Date(at).toISOString().slice(0, 16);

describe("a silence", () => {
  it("is a mute rule of the rule's alarm that begins with the next minute, with who and why", async () => {
    const before = Date.now();

    const { code, stdout, stderr } = await silence(["QuantumRateNearLimit", "--for", "90m", "--why", "load  test"]);

    const [put] = api().muteRules.values();
    const at = Date.parse(`${/^at\((.*)\)$/.exec(put?.Rule.Schedule.Expression ?? "")?.[1]}:00Z`);
    expect({ code, errors: stderr.replaceAll(/^(?!quantum-watch).*\n/gm, "") }).toEqual({ code: 0, errors: "" });
    expect(at).toBeGreaterThan(before);
    expect(at).toBeLessThanOrEqual(Date.now() + 65_000);
    expect(put).toEqual({
      Name: `prod-silence-QuantumRateNearLimit-${minute(at).replaceAll(/[-:]/g, "")}Z`,
      Description: "load test (silenced by erika)",
      Rule: { Schedule: { Expression: `at(${minute(at)})`, Duration: "PT1H30M", Timezone: "UTC" } },
      MuteTargets: { AlarmNames: ["prod-QuantumRateNearLimit"] },
      ExpireDate: at / 1000 + 5400,
    });
    expect(stdout).toContain("QuantumRateNearLimit is quiet from ");
    expect(stdout).toContain(`quantum-watch silence lift ${put?.Name} --env prod`);
  });

  it("mutes one alarm of a rule that is split, where a label names it", async () => {
    const all = await silence(["CollectorFailing", "--for", "1d", "--why", "w"]);
    const one = await silence(["CollectorFailing", "--for", "2d", "--why", "w", "--label", "faults", "--who", "olaf"]);

    const [whole, part] = [...api().muteRules.values()];
    expect([all.code, one.code]).toEqual([0, 0]);
    expect(whole?.MuteTargets.AlarmNames).toContain("prod-CollectorFailing-faults");
    expect(whole?.MuteTargets.AlarmNames.length).toBeGreaterThan(1);
    expect(part?.MuteTargets.AlarmNames).toEqual(["prod-CollectorFailing-faults"]);
    expect(part?.Name).toMatch(/^prod-silence-CollectorFailing-faults-\d{8}T\d{4}Z$/);
    expect(part?.Description).toBe("w (silenced by olaf)");
    expect(part?.Rule.Schedule.Duration).toBe("P2D");
  });

  it("of a rule that pages is asked for in so many words", async () => {
    const asked = await silence(["RedisDown", "--for", "1h", "--why", "failover test"]);
    const meant = await silence(["RedisDown", "--for", "1h", "--why", "failover test", "--critical"]);

    expect([asked.code, meant.code]).toEqual([2, 0]);
    expect(asked.stderr).toContain("RedisDown is critical (Redis does not answer");
    expect(asked.stderr).toContain("while it is silenced nobody is paged");
    expect([...api().muteRules.values()].map(({ MuteTargets: targets }) => targets.AlarmNames)).toEqual([
      ["prod-RedisDown"],
    ]);
  });

  it("is listed with quiet hours, of its environment only, all pages of them, and lifted by its name", async () => {
    await silence(["QuantumRateNearLimit", "--for", "2h", "--why", "load test", "--env", "staging"]);
    await silence(["QuantumHighFaultRate", "--for", "2h", "--why", "other", "--env", "dev"]);
    const [name = ""] = api().muteRules.keys();
    for (const quiet of ["staging-weekend", "staging-release", "prod-weekend"]) {
      const Schedule = { Expression: "cron(0 18 * * FRI)", Duration: "P2DT12H", Timezone: "Europe/Berlin" };
      const MuteTargets = { AlarmNames: ["staging-QuantumFaultSeen"] };
      api().muteRules.set(quiet, { Name: quiet, Description: "Nobody reads it", Rule: { Schedule }, MuteTargets });
    }

    const listed = await silence(["list", "--env", "staging"]);
    const json = await silence(["list", "--env", "staging", "--json"]);
    const lifted = await silence(["lift", name, "--env", "staging"]);

    const { muteRules } = JSON.parse(json.stdout) as { muteRules: { name: string; until?: string }[] };
    expect(listed.stdout).toMatch(
      new RegExp(
        `^${name} \\(active\\): at\\(.*\\) in UTC for PT2H, until \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC\\n  load test \\(silenced by erika\\)$`,
        "m",
      ),
    );
    expect(listed.stdout).toContain("staging-weekend (active): cron(0 18 * * FRI) in Europe/Berlin for P2DT12H\n");
    expect(muteRules.map((one) => one.name)).toEqual(["staging-release", name, "staging-weekend"]);
    expect([listed.code, lifted.code, lifted.stdout]).toEqual([0, 0, `${name} is lifted: its alarms tell again\n`]);
    expect([...api().muteRules.keys()]).not.toContain(name);
    expect(api().muteRules.size).toBe(4);
  });

  it("goes to the endpoint that is named, before the one of the environment", async () => {
    const args = ["list", "--env", "prod", "--endpoint-url", api().url];

    const { code, stdout } = await silence(args, { AWS_ENDPOINT_URL: "http://127.0.0.1:9" });

    expect([code, stdout]).toEqual([0, "nothing is muted in prod\n"]);
  });
});

describe("a silence that cannot be", () => {
  const WHY = ["--why", "w"];

  it.each<{ args: string[]; says: string }>([
    { args: ["QuantumRateNearLimit", ...WHY], says: "--for: say for how long, such as --for 30m, 2h or 1d" },
    { args: ["QuantumRateNearLimit", "--for", "2h"], says: "--why: say in a few words why" },
    { args: ["QuantumRateNearLimit", "--for", "0m", ...WHY], says: '--for: "0m" is none of 30m, 2h, 1d' },
    { args: ["QuantumRateNearLimit", "--for", "16d", ...WHY], says: '--for: "16d" is none of 30m, 2h, 1d' },
    { args: ["QuantumRateNearLimit", "--for", "1.5h", ...WHY], says: '--for: "1.5h" is none of' },
    {
      args: ["QuantumRateNearLimt", "--for", "2h", ...WHY],
      says: 'no rule "QuantumRateNearLimt" in prod; there are Quan',
    },
    {
      args: ["CollectorFailing", "--for", "2h", ...WHY, "--label", "nix"],
      says: '--label: CollectorFailing has no alarm for "nix"',
    },
    {
      args: ["RedisDown", "--for", "2h", ...WHY, "--env", "nix"],
      says: '--env: "nix" is not one of dev, staging, prod',
    },
    {
      args: ["lift", "prod-weekend"],
      says: '"prod-weekend" is no silence of prod: their names begin with prod-silence-',
    },
    { args: ["lift", "prod-silence-nix"], says: 'there is no mute rule "prod-silence-nix"; silence list shows' },
    { args: [], says: "missing required argument 'rule'" },
  ])("is a sentence, exit code 2, and no mute rule: $args", async ({ args, says }) => {
    const { code, stdout, stderr } = await silence(args);

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(api().muteRules.size).toBe(0);
  });

  it("says that there are no credentials, that they do not suffice, and that nobody answers", async () => {
    api().forbidden = "PutAlarmMuteRule";
    const args = ["QuantumRateNearLimit", "--for", "2h", ...WHY];

    const without = await runCommand(["silence", ...args], { env: NO_KEYS });
    const refused = await silence(args);
    const unanswered = await silence(["list"], { AWS_ENDPOINT_URL: "http://127.0.0.1:9" });

    expect([without.code, refused.code, unanswered.code]).toEqual([2, 2, 2]);
    expect(without.stderr).toContain("silencing QuantumRateNearLimit: there are no AWS credentials; set AWS_PROFILE");
    expect(refused.stderr).toContain("CloudWatch refused: AccessDeniedException, not authorized to perform");
    expect(unanswered.stderr).toContain("listing the mute rules: CloudWatch could not be asked: ");
    expect([without, refused, unanswered].map(({ stderr }) => /\n\s+at |geheim/.test(stderr))).toEqual([
      false,
      false,
      false,
    ]);
  });
});

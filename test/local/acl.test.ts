import type { Environment } from "../../lib/environment";
import { aclCommand } from "../../local/acl";
import { endCommands, runCommand } from "../support/command";
import { deployable } from "../support/ready-account";
import { SERVER_TIMEOUT_MS, withRedis } from "../support/redis-server";
import { dev, staging } from "../support/example-environments";

jest.setTimeout(SERVER_TIMEOUT_MS);

afterAll(endCommands);

async function lineFor(environment: Environment): Promise<string> {
  const printed: string[] = [];
  await aclCommand({ env: "prod" }, (text) => printed.push(text), { prod: environment });
  return printed.join("\n");
}

describe("the user that the line makes", () => {
  const redis = withRedis();

  it("may do all that the doctor tries, and may not write", async () => {
    const [, ...words] = (await lineFor(deployable)).replace(">PASSWORD", ">geheim").split(" ");
    await redis.writer.call("ACL", ...(words as [string]));
    const url = `redis://quantum-watch:geheim@127.0.0.1:${redis.server.port}`;

    const { stdout } = await runCommand(["doctor", "--redis", url]);
    const write = redis.writer.call("ACL", "DRYRUN", "quantum-watch", "SET", "quantum:safety:safe_mode", "0");

    expect(stdout).toContain("every command of the collectors is allowed");
    await expect(write).resolves.toContain("no permissions");
  });
});

test("with IAM it is a user of ElastiCache, without a password", async () => {
  const line = await lineFor(staging);

  expect(line).toMatch(
    /^aws elasticache create-user --user-id quantum-watch --user-name quantum-watch --engine valkey --authentication-mode Type=iam --access-string 'on ~quantum:safety:safe_mode .* -@all .*\+cluster\|slots'$/,
  );
});

test("whoever has a cache of the stack's own needs none", async () => {
  const asked = lineFor(dev);

  await expect(asked).rejects.toThrow("brings a Redis of its own, with its user");
});

test("an environment that there is not is a mistake, exit code 2", async () => {
  const { code, stderr } = await runCommand(["acl", "--env", "nix"]);

  expect(code).toBe(2);
  expect(stderr).toContain('--env: "nix" is not one of dev, staging, prod');
});

import { readdir } from "node:fs/promises";

import { environments } from "../../lib/environments";
import { APP_TIMEOUT_MS, appRunner } from "./run-app";

const run = appRunner();

test(
  "dev is what is synthesized when nothing is said, without an account and without a word",
  async () => {
    const { code, stderr, out } = await run("cdk/app.ts");

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await readdir(out)).toContain("dev-quantum-watch.template.json");
  },
  APP_TIMEOUT_MS,
);

test.each(["production", "constructor"])(
  "an environment called %j is answered with one sentence and exit code 1",
  async (name) => {
    const { code, stderr, out } = await run("cdk/app.ts", { env: name });

    expect(code).toBe(1);
    const known = Object.keys(environments).join(", ");
    expect(stderr).toBe(`env is ${JSON.stringify(name)}, but only ${known} are known\n`);
    expect(await readdir(out)).toEqual([]);
  },
  APP_TIMEOUT_MS,
);

test(
  "an alarm that CloudWatch would not take is named, with exit code 1",
  async () => {
    const { code, stderr, out } = await run("test/cdk/unusable-app.ts", { env: "long-links" });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^long-links: long-links-QuantumSafeModeActive: the description has \d+ of at most 1024/);
    expect(await readdir(out)).toEqual([]);
  },
  APP_TIMEOUT_MS,
);

test(
  "quiet hours that are over are told in one sentence, and the template is written",
  async () => {
    const { code, stderr, out } = await run("test/cdk/unusable-app.ts", { env: "long-over" });

    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "long-over: quietHours.nightly is over, until 2023-05-01T00:00: it keeps nothing quiet any more\n",
    });
    expect(await readdir(out)).toContain("long-over-quantum-watch.template.json");
  },
  APP_TIMEOUT_MS,
);

test(
  "runbooks at a made-up address are told where somebody is paged, and the template is written: CI is strict",
  async () => {
    const { code, stderr, out } = await run("test/cdk/unusable-app.ts", { env: "made-up-links" });

    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^made-up-links: runbooks is https:\/\/docs\.example\.com\/runbooks, which is made up: .*\n$/,
    );
    expect(await readdir(out)).toContain("made-up-links-quantum-watch.template.json");
  },
  APP_TIMEOUT_MS,
);

test.each([
  [
    "no-endpoint",
    "no-endpoint: publisher is cloudwatch, but endpoints.monitoring is off: a function in this VPC could not reach the API\n",
  ],
  [
    "over-variables",
    expect.stringMatching(
      /^over-variables: the variables of collect take \d+ bytes, and Lambda takes 4096 in all: .*\n$/,
    ),
  ],
  ["no-window", "no-window: rules.QuantumSafeModeActive.for is 45s, which is no multiple of 30 s\n"],
  ["no-target", "no-target: quietHours.nightly: QuantumRedisConnectionLost has no alarm that acts\n"],
])(
  "settings that cannot work (%s) are answered with one sentence and exit code 1, and no stack trace",
  async (name, sentence) => {
    const { code, stderr, out } = await run("test/cdk/unusable-app.ts", { env: name });

    expect({ code, stderr }).toEqual({ code: 1, stderr: sentence });
    expect(await readdir(out)).toEqual([]);
  },
  APP_TIMEOUT_MS,
);

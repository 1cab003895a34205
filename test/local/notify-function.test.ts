import { execFile } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { bundle } from "../../bench/bundle";
import { GROUP_WAIT_MS } from "../../lib/notify/group";
import { metricMessage, topicArn } from "../support/alarm-messages";
import { NotifySurroundings } from "../support/notify-surroundings";
import { duringEach } from "../support/receivers/receiver";
import { textOf } from "../support/receivers/slack";
import { duringTests, SERVER_TIMEOUT_MS } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const ROOT = join(__dirname, "../..");
const RUN_LIMIT_MS = 98_000;

const surroundings = duringEach(() => new NotifySurroundings().listen());
const built = duringTests(async () => {
  const folder = await mkdtemp(join(tmpdir(), "notify-function-"));
  const file = bundle(join(ROOT, "functions/notify.ts"), folder);
  return { file, stop: () => rm(folder, { recursive: true }) };
});

/** Runs the bundled handler once, in a process of its own as each concurrent invocation has in Lambda. */
async function invoke(event: object, run: string): Promise<void> {
  const script = `require(${JSON.stringify(built().file)}).handler(${JSON.stringify(event)}, {
    getRemainingTimeInMillis: () => ${RUN_LIMIT_MS},
  }).then(() => process.exit(), (error) => { console.error(error); process.exit(1); })`;
  const { settings, awsVariables } = surroundings();
  const env = { PATH: process.env["PATH"], NODE_PATH: join(ROOT, "node_modules"), ...awsVariables, ...settings };
  await promisify(execFile)(process.execPath, ["-e", script], { env: { ...env, AWS_ACCESS_KEY_ID: run } });
}

/** Lets no run past its first question to DynamoDB before all of them have asked: none can see another's record. */
function holdUntilAsked(runs: readonly string[]): void {
  const missing = new Set(runs);
  const asking = new EventEmitter();
  const all = once(asking, "all");
  surroundings().dynamodb.before = async ({ headers: { authorization = "" } }) => {
    missing.delete(/Credential=([^/]+)/.exec(authorization)?.[1] ?? "");
    if (missing.size === 0) asking.emit("all");
    await all;
  };
}

test("the bundled notifier tells an alarm once, with its context, though the same event comes twice at once and again later", async () => {
  const { slack, pagerduty } = surroundings();
  await surroundings().fill();
  const message = metricMessage({ at: Date.now() - GROUP_WAIT_MS.critical });
  const event = { Records: [{ Sns: { TopicArn: topicArn("critical"), MessageId: "m-1", Message: message } }] };
  holdUntilAsked(["first", "second"]);

  await Promise.all([invoke(event, "first"), invoke(event, "second")]);
  await invoke(event, "later");

  const told = slack.messages.map(({ versions }) => versions.map(textOf));
  expect(told).toEqual([[expect.stringContaining("SYMBOL_RATE_EXCEEDED BTCUSDT BUY")]]);
  expect(told[0]?.[0]).toContain("CRITICAL: SAFE MODE is on");
  expect(pagerduty.incidents).toEqual([expect.objectContaining({ isOpen: true, triggers: 1 })]);
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { rules } from "../../alarms";
import { previewCommand, type PreviewOptions } from "../../local/notify/preview";
import { CHANNELS, type ChannelName, PAGE_STATES, type PageState } from "../../local/notify/preview-choices";
import { palette } from "../../local/terminal";
import { metricMessage } from "../support/alarm-messages";
import { endCommands, runCommand } from "../support/command";
import { isEvent } from "../support/receivers/pagerduty";
import { isHook } from "../support/receivers/slack-schema";
import { SERVER_TIMEOUT_MS } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

afterAll(endCommands);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quantum-watch-preview-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const hostile = "\u001B[2J\u202Eeslaf\r\n\u009B31m<!here> *bold*";
const plain = palette(false, {});

async function preview(name?: string, options: Partial<PreviewOptions> = {}, colour = plain): Promise<string> {
  const lines: string[] = [];
  await previewCommand(name, { env: "prod", ...options }, (text) => lines.push(text), colour);
  return lines.join("\n");
}

interface Page {
  readonly state: PageState;
  readonly channel: ChannelName;
  readonly body: Record<string, unknown>;
}

const pagesOf = async (name?: string, options: Partial<PreviewOptions> = {}): Promise<Page[]> =>
  JSON.parse(await preview(name, { ...options, json: true })) as Page[];

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("a preview", () => {
  it.each(rules.map(({ name }) => name))("has what every channel is sent for every state of %s", async (name) => {
    const pages = await pagesOf(name);

    const made = pages.map(({ state, channel }) => `${state} ${channel}`);
    const all = PAGE_STATES.flatMap((state) => CHANNELS.map((channel) => `${state} ${channel}`));
    expect(made).toEqual(all.filter((one) => one !== "reminder email"));
    for (const { channel, body } of pages) {
      if (channel === "slack") expect(isHook(body) || isHook.errors).toBe(true);
      if (channel === "pagerduty") {
        const keyed = { ...body, routing_key: "0".repeat(32) };
        expect(isEvent(keyed) || isEvent.errors).toBe(true);
      }
      if (channel === "webhook") expect(body).toMatchObject({ version: 1, rule: name });
      if (channel === "email") expect(body).toMatchObject({ AlarmName: expect.stringMatching(`^prod-${name}`) });
    }
  });

  it("shows a page in Slack as a person reads it, in plain text where nobody sees colours", async () => {
    const text = await preview("QuantumSafeModeActive", { state: "alarm", channel: "slack" });

    expect(text.split("\n").slice(0, 8)).toEqual([
      "--- alarm, as slack shows it",
      "🔴 CRITICAL: SAFE MODE is on: the Core Safety Kernel is told to block all trading [prod]",
      "Why: SYMBOL_RATE_EXCEEDED BTCUSDT BUY at 12:00:20 UTC (44 s ago): 6 of 20 in all, 6 of 5 for the symbol, correlation id 7992e19ea6be6a540ae213b8807537a4",
      expect.stringMatching(/^First step: First look whether intents that open are still published/),
      "Since: 12:01:00 UTC, 4 s ago",
      "Value: quantum_safety_safe_mode 1, alarm at >= 1",
      "Safe mode: on, lifts itself at 12:05:20 UTC, in 4 min 16 s",
      expect.stringMatching(/^Last fault: SYMBOL_RATE_EXCEEDED/),
    ]);
    expect(text).not.toContain("\u001B");
  });

  it("stands in the documentation as it is", async () => {
    const text = await preview("QuantumSafeModeActive", { state: "alarm", channel: "slack" });

    const [, ...page] = text.split("\n").slice(
      0,
      text.split("\n").findIndex((line) => line.startsWith("  Runbook:")),
    );

    expect(readFileSync(join(__dirname, "../../docs/paging.md"), "utf8")).toContain(page.join("\n"));
  });

  it("has colours on a terminal", async () => {
    const text = await preview(undefined, { state: "over", channel: "pagerduty" }, palette(true, {}));

    expect(text).toContain("\u001B[32mresolves the incident arn:aws:cloudwatch:eu-central-1:");
  });

  it.each<[PageState, string]>([
    ["alarm", "🔴 CRITICAL: Redis does not answer"],
    ["reminder", "🔴 STILL CRITICAL after 4 h: Redis does not answer"],
    ["over", "🟢 OVER after 4 min 10 s: Redis does not answer"],
    ["drill", "🔴 DRILL, nothing to do: CRITICAL: Redis does not answer"],
  ])("of %s of a rule without a recording is made from its alarm", async (state, title) => {
    const text = await preview("dev-RedisDown", { state, channel: "slack", env: "dev" });

    expect(text).toContain(title);
    expect(text).toContain("[dev]\n");
    const found = state === "over" ? "none" : "one";
    expect(text).toContain(`Value: ${found} of quantum_safety_redis_up == 0, redis_up == 0 holds\n`);
    expect(text.includes("Redis: does not answer")).toBe(state !== "over");
  });

  // A page that says 1 switch is on and names none, or 48 intents in a minute of a stall, is no example.
  it.each([
    [
      "QuantumTradingHalted",
      ["Why: quantum:system:mode stops entries\n", "Halts: quantum:system:mode stops entries\n"],
    ],
    [
      "QuantumSafeModeNotObeyed",
      [
        "Why: 1 intent that opens was published in the minute before",
        "Intents: 48 in the last minute, 1 of them open\n",
      ],
    ],
    [
      "QuantumPublishingStalled",
      [
        "Value: quantum_trade_intent_last_age_seconds 301, alarm at > 300\n",
        "Intents: 0 in the last minute, 0 of them open\n",
      ],
    ],
  ])("of %s tells what its line has besides the value", async (name, says) => {
    const text = await preview(name, { state: "alarm", channel: "slack" });

    for (const one of says) expect(text).toContain(one);
  });

  it("takes a composite alarm's values from the alarm under it", async () => {
    const text = await preview("QuantumFaultSeen", { state: "alarm", channel: "webhook" });

    expect(text).toContain('"value": "quantum_safety_faults_last_1h 1, alarm at > 0"');
  });

  it("reads a recorded message, says what is not recorded with it, and names the contributor", async () => {
    const more = { AlarmContributorId: "c1", AlarmContributorAttributes: { Symbol: "BTCUSDT" } };
    const event = file("message.json", metricMessage({ at: Date.parse("2026-03-01T12:01:00Z"), more }));

    const text = await preview(undefined, { event, state: "alarm", channel: "slack" });

    expect(text).toContain("Contributor: Symbol BTCUSDT\n");
    expect(text).toContain("Note: Left out: what the collectors read is not recorded with this event.\n");
    expect(text).toContain("Value: quantum_safety_safe_mode 1, alarm at >= 1\n");
  });

  it("reads the event that a function gets from SNS, with the severity of its topic", async () => {
    const Message = metricMessage({ at: 0, more: { AlarmTags: {} } });
    const event = file("sns.json", { Records: [{ Sns: { Message, TopicArn: "arn:aws:sns:r:1:prod-q-warning" } }] });

    const [page] = await pagesOf(undefined, { event, state: "alarm" });

    expect(page?.body["text"]).toMatch(/^WARNING: SAFE MODE is on/);
  });

  it("prints no control character of what a file holds", async () => {
    const event = file("hostile.json", metricMessage({ at: 0, reason: hostile, more: { AlarmDescription: hostile } }));

    const text = await preview(undefined, { event });

    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe("a preview from the command line", () => {
  it.each<{ args: string[]; says: string }>([
    { args: ["Nix"], says: 'no rule or alarm "Nix" in prod; there are QuantumSafeModeActive, ' },
    { args: ["dev-RedisDown"], says: 'no rule or alarm "dev-RedisDown" in prod; --env names the environment; there' },
    { args: ["--state", "nix"], says: "Allowed choices are alarm, reminder, over, drill." },
    { args: ["--channel", "fax"], says: "Allowed choices are slack, pagerduty, webhook, email." },
    { args: ["--state", "reminder", "--channel", "email"], says: "it has no reminders" },
    { args: ["--event", "/nowhere.json"], says: "/nowhere.json cannot be read: ENOENT" },
    { args: ["RedisDown", "--event", "x.json"], says: "--event says which alarm it is of: leave the name away" },
    { args: ["--env", "nix"], says: '--env: "nix" is not one of dev, staging, prod' },
  ])("is a sentence and exit code 2 where it cannot be: $args", async ({ args, says }) => {
    const { code, stdout, stderr } = await runCommand(["notify", "preview", ...args]);

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each<[string, unknown, string]>([
    ["none", "{", "is no JSON"],
    ["no alarm", { a: 1 }, "the message is no change of an alarm's state"],
    ["a way back", metricMessage({ at: 0, state: "OK" }), "tells of a way back"],
  ])("says what is wrong with a file that holds %s", async (_, content, says) => {
    const path = file("wrong.json", content);

    const { code, stderr } = await runCommand(["notify", "preview", "--event", path]);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  it("gives the very body where state and channel are named", async () => {
    const args = ["notify", "preview", "--state", "over", "--channel", "pagerduty", "--json"];

    const { code, stdout } = await runCommand(args);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      routing_key: "the integration's key",
      event_action: "resolve",
      dedup_key: "arn:aws:cloudwatch:eu-central-1:000000000000:alarm:prod-QuantumSafeModeActive",
      client: "quantum-watch",
    });
  });
});

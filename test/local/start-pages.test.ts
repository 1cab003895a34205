import { type Entry, play, type Run } from "../support/page-run";
import { SERVER_TIMEOUT_MS } from "../support/redis-server";
import type { Pagerduty } from "../support/receivers/pagerduty";
import { type Slack, textOf } from "../support/receivers/slack";

jest.setTimeout(SERVER_TIMEOUT_MS);

/** Redis keeps the time to live in milliseconds, and the page tells it in seconds. */
const ROUNDED_MS = 1000;

/** A page's lines by their names. */
function factsIn(text: string): Record<string, string> {
  const pairs = text.split("\n").flatMap((line) => {
    const [, name, value] = /^([A-Z][\w ]*): (.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}

/** The first time of day in a text, on the day of the run. */
const timeIn = (text = ""): number => Date.parse(`2026-03-01T${/\d\d:\d\d:\d\d/.exec(text)?.[0]}Z`);

const idMs = ([id]: Entry): number => Number(id.split("-")[0]);
const second = (ms: number): number => Math.floor(ms / 1000) * 1000;

function fieldsOf([, list]: Entry): Record<string, string> {
  return Object.fromEntries(list.flatMap((name, place) => (place % 2 === 0 ? [[name, list[place + 1] ?? ""]] : [])));
}

/** The newest entry that was there at a time. */
const newestAt = (entries: readonly Entry[], ms: number): Entry | undefined =>
  entries.findLast((entry) => idMs(entry) <= ms);

const REAL_RECEIVERS = (slack: Slack, pager: Pagerduty): object => ({
  SLACK_WEBHOOK_URL: `${slack.url}${slack.hookPath}`,
  PAGERDUTY_ROUTING_KEY: pager.routingKey,
  PAGERDUTY_EVENTS_URL: `${pager.url}/v2/enqueue`,
});

/** A webhook that Slack does not know any more. */
const withdrawn = ({ url }: Slack): object => ({ SLACK_WEBHOOK_URL: `${url}/hook/geheim` });

const BURST_SEC = 21 + 300 + 60 + 120;

describe("a burst that trips the breaker, with Slack and PagerDuty at hand", () => {
  let run: Run;
  beforeAll(async () => {
    run = await play("burst", BURST_SEC, REAL_RECEIVERS);
  });

  it("is one page and one resolve in each of them", () => {
    const { slack, pagerduty } = run;

    const titles = slack.messages.map(({ versions: [body] }) => (body ? textOf(body).split("\n")[0] : ""));

    expect(titles).toEqual([
      "🔴 CRITICAL: SAFE MODE is on: the Core Safety Kernel is told to block all trading [prod]",
      expect.stringMatching(/^🟢 OVER after 4 min \d+ s: SAFE MODE is on: .* \[prod\]$/),
    ]);
    expect(pagerduty.events.map(({ event_action: action }) => action)).toEqual(["trigger", "resolve"]);
    expect(pagerduty.incidents).toEqual([
      {
        key: "arn:aws:cloudwatch:eu-central-1:000000000000:alarm:prod-QuantumSafeModeActive",
        isOpen: false,
        summary: "CRITICAL: SAFE MODE is on: the Core Safety Kernel is told to block all trading [prod]",
        triggers: 1,
      },
    ]);
    expect([...slack.refusals, ...pagerduty.refusals]).toEqual([]);
  });

  it("has a page whose every number is what Redis held when it came", () => {
    const [body] = run.slack.messages[0]?.versions ?? [];
    const [held] = run.held;
    const facts = factsIn(body ? textOf(body) : "");
    const [fault] = held?.faults ?? [];
    if (held === undefined || fault === undefined) throw new Error("Redis was not read");

    const { reason, symbol, side, correlation_id: id, ...counts } = fieldsOf(fault);
    const readAt = timeIn(facts["Read at"]);
    const intent = newestAt(held.intents, readAt);

    const [, age] = /, (\d+) s ago$/.exec(facts["Since"] ?? "") ?? [];

    expect([held.safeMode, held.faults.length]).toEqual(["1", 1]);
    expect(second(held.now)).toBe(timeIn(facts["Since"]) + Number(age) * 1000);
    expect(facts["Why"]).toMatch(new RegExp(`^${reason} ${symbol} ${side} at \\d\\d:\\d\\d:\\d\\d UTC \\(`));
    expect(facts["Why"]).toContain(
      `: ${counts["global_count"]} of ${counts["global_max"]} in all, ${counts["symbol_count"]} of ${counts["symbol_max"]} for the symbol, correlation id ${id}`,
    );
    expect(timeIn(facts["Why"])).toBe(second(idMs(fault)));
    expect(facts["Last fault"]).toBe(facts["Why"]);
    expect(facts["Faults in 1 h"]).toBe("1");
    expect(Math.abs(timeIn(facts["Safe mode"]) - (held.now + held.ttlMs))).toBeLessThanOrEqual(ROUNDED_MS);
    expect(facts["Value"]).toBe("quantum_safety_safe_mode 1, alarm at >= 1");
    expect(intent && second(idMs(intent))).toBe(timeIn(facts["Last intent"]));
    expect(held.now - readAt).toBeLessThanOrEqual(15_000);
  });

  it("has an end that says so, as Redis has it", () => {
    const [body] = run.slack.messages[1]?.versions ?? [];
    const held = run.held[1];
    const facts = factsIn(body ? textOf(body) : "");
    if (held === undefined) throw new Error("Redis was not read");

    const intent = newestAt(held.intents, timeIn(facts["Read at"]));

    expect([held.safeMode, facts["Safe mode"], facts["Faults in 1 h"]]).toEqual([null, "off", "1"]);
    expect(facts["Value"]).toBe("quantum_safety_safe_mode 0, alarm at >= 1");
    expect(intent && second(idMs(intent))).toBe(timeIn(facts["Last intent"]));
  });

  it("shows the same page on the terminal, under the line that says whom it goes to", () => {
    const pages = run.slack.messages.map(({ versions: [body] }) => (body ? textOf(body).split("\n") : []));

    const shown = pages.map(([title = ""]) => {
      const place = run.lines.findIndex((line) => line.trim() === title);
      return run.lines.slice(place - 1, place + 20).map((line) => line.trim());
    });

    expect(shown[0]?.[0]).toMatch(/^PAGE to prod-quantum-watch-critical: ALARM prod-QuantumSafeModeActive, /);
    expect(shown[1]?.[0]).toBe("PAGE to prod-quantum-watch-critical: prod-QuantumSafeModeActive is over");
    for (const [place, page] of pages.entries()) {
      expect(shown[place]?.slice(1, 1 + page.length)).toEqual(page);
    }
  });
});

it("goes on, and says so, where a receiver does not take a page", async () => {
  const { lines } = await play("burst", 21 + 100, withdrawn);

  expect(lines.map((line) => line.trim())).toContain(
    "prod-QuantumSafeModeActive was not delivered: Slack (Slack): the webhook is not known there",
  );
  expect(lines.join("\n")).not.toContain("geheim");
  expect(lines.at(-1)).toBe("stopped");
});

import { systemClock } from "../../lib/notify/clock";
import { receiversOf } from "../../local/notify/receivers";

const SLACK = { SLACK_WEBHOOK_URL: "https://hooks.example.com/geheim" };
const PAGERDUTY = { PAGERDUTY_ROUTING_KEY: "geheim" };
const OWN = { NOTIFY_WEBHOOK_URL: "https://example.com/geheim", NOTIFY_WEBHOOK_KEY: "key" };

const named = (env: NodeJS.ProcessEnv): string[] =>
  receiversOf(env, systemClock).map(({ name, severities }) => `${name}: ${severities.join(" ")}`);

describe("receivers of real pages", () => {
  it.each<[NodeJS.ProcessEnv, string[]]>([
    [{}, []],
    [{ SLACK_WEBHOOK_URL: "", PAGERDUTY_ROUTING_KEY: " " }, []],
    [SLACK, ["Slack: critical warning"]],
    [PAGERDUTY, ["PagerDuty: critical"]],
    [OWN, ["webhook: critical warning info"]],
    [
      { ...SLACK, ...PAGERDUTY, ...OWN },
      ["Slack: critical warning", "PagerDuty: critical", "webhook: critical warning info"],
    ],
  ])("are those that %j names, for what the alarms send them", (env, receivers) => {
    expect(named(env)).toEqual(receivers);
  });

  it.each<[NodeJS.ProcessEnv, string]>([
    [{ SLACK_WEBHOOK_URL: "http://hooks.example.com/geheim" }, "SLACK_WEBHOOK_URL: must be an https address"],
    [{ SLACK_WEBHOOK_URL: "http://127.0.0.1.example.com/geheim" }, "SLACK_WEBHOOK_URL: must be an https address"],
    [{ ...PAGERDUTY, PAGERDUTY_EVENTS_URL: "geheim" }, "PAGERDUTY_EVENTS_URL: must be an https address"],
    [
      { ...OWN, NOTIFY_WEBHOOK_KEY: "" },
      "NOTIFY_WEBHOOK_KEY: is not set, and what goes to NOTIFY_WEBHOOK_URL is signed",
    ],
  ])("cannot be %j, and a secret is not quoted in saying so", (env, says) => {
    const made = (): unknown => receiversOf(env, systemClock);

    expect(made).toThrow(says);
    expect(made).not.toThrow("geheim");
  });
});

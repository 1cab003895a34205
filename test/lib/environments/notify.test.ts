import { validateEnvironment } from "../../../lib/environment";
import type { Environment } from "../../../lib/environment";
import { ConfigError } from "../../../lib/errors";
import { paged, secretArn, unpaged } from "../../support/paged-environment";

type Notify = NonNullable<Environment["notify"]>;

const { notify } = paged;
const { email: _, pagerduty: __, ...throughNotifier } = notify;
const { slack: ___, webhook: ____, heartbeat: _____, drill: ______, ...direct } = notify;
const elsewhere = secretArn("slack").replace("eu-central-1", "us-east-1");
const oncall = { address: "oncall@example.com", severities: ["critical"] } as const;

const withNotify = (changed: object) => () => validateEnvironment({ ...unpaged, notify: changed as Notify });

test("an environment with every way of telling people is valid, and has the repeats of the Alertmanager before", () => {
  const { notify: validated } = validateEnvironment(paged);

  expect(validated?.quietRepeat).toEqual({ critical: "4h", warning: "24h", rules: { RedisDown: "30m" } });
  expect(validated?.drill).toEqual({ day: "MON", at: "10:00", severity: "critical" });
});

test("e-mail and PagerDuty straight from SNS need no function of ours", () => {
  const validate = withNotify(direct);

  expect(validate).not.toThrow();
});

test.each<[string, object, string]>([
  ["two kinds of PagerDuty", { ...notify, pagerduty: { kind: "both", secretArn: secretArn("p") } }, "notify.pagerduty"],
  [
    "a key in place of its secret",
    { ...notify, pagerduty: { kind: "sns", secretArn: "https://events.pagerduty.com/integration/abc/enqueue" } },
    "notify.pagerduty.secretArn must be the whole ARN of a secret",
  ],
  [
    "an address without TLS",
    { ...notify, webhook: { url: "http://a.example", secretArn: secretArn("w") } },
    "https URL",
  ],
  ["no e-mail address", { ...notify, email: [{ ...oncall, address: "oncall" }] }, "must be an e-mail address"],
  ["an address twice", { ...notify, email: [oncall, oncall] }, "names oncall@example.com twice"],
  [
    "addresses whose names in AWS are the same",
    {
      ...notify,
      email: [oncall, { ...oncall, address: "on.call@example.com" }, { ...oncall, address: "on-call@example.com" }],
    },
    "both become critical-email-on-call-example-com",
  ],
  ["a severity twice", { ...notify, email: [{ ...oncall, severities: ["critical", "critical"] }] }, "a severity twice"],
  ["functions of ours only", throughNotifier, "through functions of ours only"],
  ["one way only", { email: [oncall] }, "by one way only"],
  ["Slack twice", { ...notify, chatbot: { workspaceId: "T0123456789", channelId: "C0123456789" } }, "told twice"],
  [
    "a heartbeat of nobody",
    { ...direct, heartbeat: notify.heartbeat },
    "notify.heartbeat tells that the notifier is well",
  ],
  ["a drill that nobody hears", { ...direct, drill: notify.drill }, "no channel of the notifier takes that"],
  [
    "a drill whose failing nobody outside would notice",
    Object.fromEntries(Object.entries(notify).filter(([key]) => key !== "heartbeat")),
    "notify.drill would tell of its failing only by what it tries: add heartbeat",
  ],
  [
    "a drill that PagerDuty is not told of",
    {
      ...direct,
      email: [oncall],
      pagerduty: { kind: "events", secretArn: secretArn("p") },
      drill: { ...notify.drill, severity: "warning" },
    },
    "notify.drill is warning",
  ],
  ["a secret of another region", { ...notify, slack: { ...notify.slack, secretArn: elsewhere } }, "is in us-east-1"],
  [
    "a heartbeat at odd times",
    { ...notify, heartbeat: { ...notify.heartbeat, every: "7m" } },
    "notify.heartbeat.every must be a multiple of 5m, at most 24h",
  ],
  ["a heartbeat to nowhere", { ...notify, heartbeat: {} }, "notify.heartbeat must have a url or a secretArn"],
  [
    "a heartbeat by plain HTTP",
    { ...notify, heartbeat: { url: "http://beat" } },
    "notify.heartbeat.url must be an https URL",
  ],
  ["reminders every minute", { ...notify, quietRepeat: { critical: "1m" } }, "at least 30m"],
  ["a rule that there is not", { ...notify, quietRepeat: { rules: { Nothing: "1h" } } }, "notify.quietRepeat.rules"],
  ["a drill at no time of day", { ...notify, drill: { day: "MON", at: "25:00" } }, "must be a time such as 10:00"],
])("%s cannot work, and a sentence says so", (_title, changed, sentence) => {
  const validate = withNotify(changed);

  expect(validate).toThrow(ConfigError);
  expect(validate).toThrow(sentence);
});

test("a function that collects cannot have the name of one that tells", () => {
  const named = { ...paged, functions: [{ name: "remind", collectors: ["safety"] }] };

  const validate = () => validateEnvironment(named);

  expect(validate).toThrow("functions has one called remind, as a function that tells people is");
});

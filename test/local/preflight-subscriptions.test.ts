import type { Environment } from "../../lib/environment";
import { examining, type Trouble, wordsOf } from "../support/preflight-run";
import { deployable, deployedAccount } from "../support/ready-account";
import { SERVER_TIMEOUT_MS } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const { examined, tellsOf } = examining();
const CRITICAL = "prod-quantum-watch-critical";
const BACK = "a minute later, when its queue's name is free, put it back and deploy: a deploy alone makes nothing anew";
const QUEUE = "https://sqs.eu-central-1.amazonaws.com/222222222222/prod-quantum-watch-dead-critical-pagerduty";

const { notify } = deployable;
const { pagerduty: _, ...withoutPager } = notify;
const severities: ("critical" | "info")[] = ["critical", "info"];
const oncall = { address: "oncall@example.com", severities };

const told = (change: Partial<Environment["notify"]>): Environment => ({
  ...deployable,
  notify: { ...withoutPager, ...change },
});

const lacks =
  (protocol: string): Trouble["change"] =>
  (held) => {
    held.subscriptions = held.subscriptions.filter(([topic, one]) => topic !== CRITICAL || one !== protocol);
  };

describe("what SNS has forgotten comes back by two deploys, of which the first can be done:", () => {
  it.each<Omit<Trouble, "held">>([
    {
      what: "an address",
      change: lacks("email"),
      says: "e-mail: oncall@example.com is not told of critical",
      fix: `take oncall@example.com out of notify.email and deploy; ${BACK}`,
    },
    {
      what: "an address, of one severity among several",
      change: lacks("email"),
      environment: told({ pagerduty: notify.pagerduty, email: [oncall] }),
      says: "e-mail: oncall@example.com is not told of critical",
      fix: `take critical of oncall@example.com out of notify.email and deploy; ${BACK}`,
    },
    {
      what: "the only address, without which functions of ours alone would tell of critical",
      change: lacks("email"),
      environment: told({ email: [oncall] }),
      says: "e-mail: oncall@example.com is not told of critical",
      fix: "out of notify.email, put another address for critical in its place and deploy; a minute later",
    },
    {
      what: "PagerDuty",
      change: lacks("https"),
      says: "PagerDuty is not told of critical",
      fix: `take notify.pagerduty out and deploy; ${BACK}`,
    },
    {
      what: "PagerDuty, without which nobody but the notifier would tell of critical",
      change: lacks("https"),
      environment: told({ pagerduty: notify.pagerduty, email: [] }),
      says: "PagerDuty is not told of critical",
      fix: "take notify.pagerduty out, put another address for critical in its place and deploy",
    },
    {
      what: "PagerDuty, whose queue is retained and in the way",
      change: lacks("https"),
      environment: { ...deployable, removal: "retain" },
      says: "PagerDuty is not told of critical",
      fix: `and deploy; aws sqs delete-queue --queue-url ${QUEUE}, which is retained; a minute later`,
    },
    {
      what: "an address that somebody took off by the link in a mail",
      change: (held) => {
        held.subscriptions[2] = [CRITICAL, "email", "oncall@example.com", "Deleted"];
      },
      says: "e-mail: oncall@example.com is not told of critical",
      fix: "take oncall@example.com out of notify.email",
    },
  ])("$what", (trouble) => tellsOf({ ...trouble, held: deployedAccount }));
});

test("an address that is told is told, whatever else SNS lists of it", async () => {
  const seen = await examined(
    (held) => held.subscriptions.unshift([CRITICAL, "email", "oncall@example.com", "Deleted"]),
    deployable,
    deployedAccount(),
  );

  expect(wordsOf(seen, "known")).toContain("e-mail: oncall@example.com is told of critical");
  expect(seen.code).toBe(0);
});

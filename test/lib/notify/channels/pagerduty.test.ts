import { dedupKey, renderPagerduty } from "../../../../lib/notify/channels/pagerduty";
import { IMPATIENT_MS, Stage } from "../../../support/notify-stage";
import { page, SINCE, telling } from "../../../support/pages";
import { duringEach, type Fault } from "../../../support/receivers/receiver";

const stage = duringEach(() => new Stage(SINCE + 5000).listen());
const deadline = SINCE + 120_000;
const over = page({ kind: "over", incident: { since: SINCE, isOver: true, until: SINCE + 1, reason: "" } });

test("a page has what PagerDuty shows: summary, source, severity, details and links", () => {
  const event = renderPagerduty(page({ notes: ["Left out: x."] }), "trigger");

  expect(event).toEqual({
    event_action: "trigger",
    dedup_key: page().identity,
    client: "quantum-watch",
    client_url: "https://example.com/board",
    links: [
      { href: "https://example.com/safety.md", text: "Runbook" },
      { href: "https://example.com/board", text: "Dashboard" },
    ],
    payload: {
      summary: "CRITICAL: SAFE MODE is on [prod]",
      source: "prod-QuantumSafeModeActive",
      severity: "critical",
      timestamp: "2026-03-01T12:01:00.000Z",
      component: "trading",
      group: "prod",
      class: "QuantumSafeModeActive",
      custom_details: {
        Why: "SYMBOL_RATE_EXCEEDED BTCUSDT BUY",
        "First step": "First look at the last fault.",
        Since: "12:01:00 UTC",
        Notes: "Left out: x.",
      },
    },
  });
});

test("a drill is of the severity that wakes nobody, and the alarm that it looks like is not", () => {
  const severities = [true, false].map((isDrill) => renderPagerduty(page({ isDrill }), "trigger"));

  expect(severities).toMatchObject([{ payload: { severity: "info" } }, { payload: { severity: "critical" } }]);
});

test("the key of a long identity is short enough, and no other's", () => {
  const [one, other] = ["a", "b"].map((end) => dedupKey(`${"x".repeat(300)}${end}`));

  expect(one).toHaveLength(255);
  expect(one).not.toBe(other);
  expect(dedupKey("short")).toBe("short");
});

test.each<Fault>(["drop", "fail-after", "reset", "fail", "hang", "slow", "limit"])(
  "whatever happens on the way (%s), it is one incident, and resolved it is resolved",
  async (fault) => {
    stage().attemptMs = IMPATIENT_MS;
    const pager = stage().pager();
    let calls = 0;
    stage().pagerduty.fault = () => (++calls % 2 === 1 ? fault : undefined);

    await pager.show(telling({ deadline }));
    await pager.show(telling({ message: over, isShown: true, deadline }));

    expect(stage().pagerduty.incidents).toMatchObject([{ isOpen: false }]);
    expect(stage().pagerduty.refusals).toEqual([]);
  },
);

test("more pages than its rate allows wait their turn", async () => {
  const pager = stage().pager();

  for (let count = 0; count < 150; count++) {
    const message = page({ identity: `alarm ${count}` });
    await pager.show(telling({ message, deadline: stage().clock.now() + 1000 }));
  }

  expect(stage().pagerduty.received).toHaveLength(150);
  expect(stage().pagerduty.incidents).toHaveLength(150);
});

test("a key that it does not know is read anew once", async () => {
  let forgotten = 0;
  const secrets = {
    get: async () => (forgotten === 0 ? "f".repeat(32) : stage().pagerduty.routingKey),
    forget: () => void (forgotten += 1),
  };

  await stage().pager(secrets).show(telling({ deadline }));

  expect([forgotten, stage().pagerduty.incidents.length]).toEqual([1, 1]);
});

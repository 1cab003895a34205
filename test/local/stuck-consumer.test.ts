import { play, type Run } from "../support/page-run";
import { SERVER_TIMEOUT_MS } from "../support/redis-server";

jest.setTimeout(2 * SERVER_TIMEOUT_MS);

/** It dies within a minute; a minute later that is seen, and after a quarter of an hour and a minute's look told. */
const SECONDS = 20 * 60;

// The kind of mistake: what a dead consumer left is taken for a group that lags, and somebody is woken for it.
describe("an intent bridge that dies with intents in hand, and is started again", () => {
  let run: Run;
  beforeAll(async () => {
    run = await play("stuck-consumer", SECONDS, (slack, pager) => ({
      SLACK_WEBHOOK_URL: `${slack.url}${slack.hookPath}`,
      PAGERDUTY_ROUTING_KEY: pager.routingKey,
      PAGERDUTY_EVENTS_URL: `${pager.url}/v2/enqueue`,
    }));
  });

  it("is one e-mail after a quarter of an hour, and nobody is paged", () => {
    const told = run.lines.filter((line) => /^ *(PAGE|SLACK|E-MAIL) /.test(line));

    expect(told).toEqual([
      expect.stringMatching(
        /^ *E-MAIL to prod-quantum-watch-info: ALARM prod-ConsumerGroupStuck-trade.intent-intent_bridge, /,
      ),
    ]);
    expect([run.slack.messages, run.pagerduty.events]).toEqual([[], []]);
  });

  it("is on the terminal with what is left, while the group has no lag and the chain goes on", () => {
    const last = run.lines.findLast((line) => line.includes("groups: ")) ?? "";

    expect(last).toMatch(
      /quantum:group:intent_bridge of quantum:stream:trade\.intent lag 0, \d pending \(for \d+(\.\d)? s\), 3 left by a dead consumer/,
    );
    expect(last).toMatch(/quantum:group:execution:trade\.intent of quantum:stream:apply\.result lag 0, 0 pending/);
  });
});

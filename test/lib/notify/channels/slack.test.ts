import * as fc from "fast-check";

import { renderSlack, renderSlackLine } from "../../../../lib/notify/channels/slack-blocks";
import { DeliveryError } from "../../../../lib/notify/http";
import { hostileText, UNSEEN } from "../../../support/hostile-text";
import { plainLine } from "../../../../lib/notify/escape";
import { IMPATIENT_MS, Stage } from "../../../support/notify-stage";
import { page, SINCE, telling } from "../../../support/pages";
import { duringEach, type Fault } from "../../../support/receivers/receiver";
import { linksOf, type SlackBody, textOf } from "../../../support/receivers/slack";

const stage = duringEach(() => new Stage(SINCE + 5000).listen());
const deadline = SINCE + 60_000;
const over = page({ kind: "over", incident: { since: SINCE, isOver: true, until: SINCE + 1, reason: "" } });

function faults(...all: (Fault | undefined)[]): void {
  const left = [...all];
  for (const receiver of stage().receivers) receiver.fault = () => left.shift();
}

test("a page reads as it is meant to", () => {
  const body = renderSlack(page({ notes: ["Left out: nothing."] })) as unknown as SlackBody;

  expect(textOf(body).split("\n")).toEqual([
    "🔴 CRITICAL: SAFE MODE is on [prod]",
    "Why: SYMBOL_RATE_EXCEEDED BTCUSDT BUY",
    "First step: First look at the last fault.",
    "Since: 12:01:00 UTC",
    "Note: Left out: nothing.",
    "Runbook · Dashboard",
  ]);
});

test("whatever text comes from outside, Slack takes the message and finds no markup, link or mention in it", async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, async (text) => {
      const one = plainLine(text, 600);
      const facts = Array.from({ length: 12 }, () => ({ name: "Fact", value: one }));
      const hostile = page({ title: one || "title", why: one || "why", facts: one === "" ? [] : facts });
      const { slack, bot, clock } = { slack: stage().slack, bot: stage().bot(), clock: stage().clock };
      await clock.sleep(1000);

      await bot.show(telling({ message: hostile, deadline: clock.now() + 60_000 }));
      const posted = slack.messages.at(-1)?.versions[0];

      expect(slack.refusals).toEqual([]);
      expect(posted?.text).not.toMatch(/[<>]/);
      expect(JSON.stringify(posted)).not.toContain('"mrkdwn"}');
      expect(linksOf(posted as SlackBody)).toEqual(hostile.links.map(({ url }) => url));
      expect(textOf(posted as SlackBody).replaceAll("\n", "")).not.toMatch(UNSEEN);
    }),
    { numRuns: 40 },
  );
});

test("a line of the thread tells title and value", () => {
  const message = { ...over, title: "OVER", facts: [{ name: "Value", value: "0, alarm at >= 1" }] };

  const body = renderSlackLine(message) as unknown as SlackBody;

  expect([body.text, textOf(body)]).toEqual(["OVER – 0, alarm at &gt;= 1", "OVER – 0, alarm at >= 1"]);
});

describe("by a bot", () => {
  test.each<Fault>(["drop", "fail-after", "slow"])(
    "a message whose answer was lost by %s is found again",
    async (fault) => {
      stage().attemptMs = IMPATIENT_MS;
      faults(fault);

      const ts = await stage().bot().show(telling({ deadline }));

      expect(stage().slack.seen.map((one) => one.ts)).toEqual([ts]);
    },
  );

  test.each<Fault>(["reset", "fail", "hang", "limit"])(
    "a message that was lost by %s is posted again",
    async (fault) => {
      stage().attemptMs = IMPATIENT_MS;
      faults(fault);

      const ts = await stage().bot().show(telling({ deadline }));

      expect(stage().slack.seen.map((one) => one.ts)).toEqual([ts]);
    },
  );

  test("where Slack does not let it look, it posts again: a page twice is better than none", async () => {
    stage().slack.forbidden.add("conversations.history");
    faults("drop");

    await stage().bot().show(telling({ deadline }));

    expect(stage().slack.seen).toHaveLength(2);
  });

  test("what may be there from before a crash is looked for before it is posted", async () => {
    const first = await stage().bot().show(telling({ deadline }));

    const second = await stage()
      .bot()
      .show(telling({ deadline, isUncertain: true }));

    expect(second).toBe(first);
    expect(stage().slack.seen).toHaveLength(1);
  });

  test("a line in the thread whose answer was lost is there once", async () => {
    const bot = stage().bot();
    const handle = (await bot.show(telling({ deadline }))) ?? "";
    faults(undefined, "drop");

    await bot.show(telling({ message: over, handle, isShown: true, deadline }));
    await bot.show(telling({ message: over, handle, isShown: true, isUncertain: true, deadline }));

    expect(stage().slack.thread(handle)).toHaveLength(1);
  });

  test("a message that somebody deleted is posted anew", async () => {
    const bot = stage().bot();
    const handle = "1.000001";

    const ts = await bot.show(telling({ message: over, handle, isShown: true, deadline }));

    expect(ts).not.toBe(handle);
    expect(stage().slack.seen).toHaveLength(1);
  });

  test("messages and edits keep Slack's rate", async () => {
    const bot = stage().bot();
    const begun = stage().clock.now();

    for (let count = 0; count < 5; count++) {
      const message = page({ identity: `alarm ${count}` });
      await bot.show(telling({ message, deadline }));
    }

    expect(stage().slack.received).toHaveLength(5);
    expect(stage().clock.now() - begun).toBe(4 * 1200);
  });

  test("a redirect is refused for good: it would carry the token elsewhere", async () => {
    stage().slack.fault = () => "redirect";

    const showing = stage().bot().show(telling({ deadline }));

    await expect(showing).rejects.toThrow("Slack (bot, chat.postMessage): refused with 307");
  });

  test("a token that was rotated is read anew, and the old one is in no error", async () => {
    const { slack } = stage();
    const secrets = stage().secrets();
    let forgotten = 0;
    const kept = {
      get: async (arn: string) => (forgotten === 0 ? "xoxb-old" : secrets.get(arn)),
      forget: () => void (forgotten += 1),
    };

    await stage().bot(kept).show(telling({ deadline }));

    expect(forgotten).toBe(1);
    expect(slack.seen).toHaveLength(1);
  });

  test("a token that is not known is told of as such", async () => {
    const secrets = { get: async () => "xoxb-unknown", forget: () => undefined };

    const error: unknown = await stage()
      .bot(secrets)
      .show(telling({ deadline }))
      .catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(DeliveryError);
    expect(String(error)).toBe("DeliveryError: Slack (bot, chat.postMessage): refused: invalid_auth");
  });
});

describe("by a webhook", () => {
  test("beginning and end are messages of their own", async () => {
    const hook = stage().slackHook();

    await hook.show(telling({ deadline }));
    await hook.show(telling({ message: over, isShown: true, deadline }));

    expect(stage().hook.seen.map(({ versions }) => versions.length)).toEqual([1, 1]);
    expect(stage().hook.received).toHaveLength(2);
    expect(stage().clock.now()).toBe(SINCE + 6000);
  });

  test("a webhook that was withdrawn is told of without its address", async () => {
    const secrets = { get: async () => `${stage().hook.url}/hook/withdrawn`, forget: () => undefined };

    const showing = stage().slackHook(secrets).show(telling({ deadline }));

    await expect(showing).rejects.toThrow(/^Slack \(hook\): the webhook is not known there$/);
  });
});

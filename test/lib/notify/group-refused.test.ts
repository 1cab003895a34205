import type { AlarmEvent } from "../../../lib/notify/alarm-event";
import type { Channel } from "../../../lib/notify/channel";
import { metricEvent } from "../../support/alarm-messages";
import { Stage } from "../../support/notify-stage";
import { duringEach } from "../../support/receivers/receiver";
import { textOf } from "../../support/receivers/slack";

const start = Date.parse("2026-03-01T12:00:00Z");
const SECOND = 1000;
const stage = duringEach(() => new Stage(start + SECOND).listen());
const soon = (): number => stage().clock.now() + 98 * SECOND;

const [faults, intents] = ["faults", "intents"].map((label) =>
  metricEvent({
    at: start,
    name: `prod-CollectorFailing-${label}`,
    more: { AlarmTags: { severity: "warning", rule: "CollectorFailing" } },
  }),
) as [AlarmEvent, AlarmEvent];

const withdrawn = (): Channel =>
  stage().slackHook({ get: async () => `${stage().hook.url}/hook/withdrawn`, forget: () => undefined });

const notify = (event: AlarmEvent, channel: Channel) => stage().notifier([channel]).notify(event, soon());

/** Both come at the same time; gives the one whose run failed, as Lambda repeats it, and how. */
async function refusedTogether(channel = withdrawn): Promise<{ leader: AlarmEvent; errors: string[] }> {
  const events = [faults, intents];
  const outcomes = await Promise.allSettled(events.map((event) => notify(event, channel())));
  const errors = outcomes.map((one) => (one.status === "rejected" ? String(one.reason) : ""));
  return { leader: errors[0] === "" ? intents : faults, errors: errors.filter(Boolean) };
}

const BOTH = /prod-CollectorFailing-(faults|intents), prod-CollectorFailing-(?!\1)\w+ were not told in hook/;

test("a group that is refused for good is one failed run that names all of it, however often it is repeated", async () => {
  const { leader, errors } = await refusedTogether();

  const again = notify(leader, withdrawn());

  expect(errors).toEqual([expect.stringMatching(BOTH)]);
  await expect(again).rejects.toThrow(BOTH);
  await expect(notify(leader, withdrawn())).rejects.toThrow(BOTH);
});

test("what was refused for good does not stay on the list: others are told, and sweeps are well", async () => {
  await refusedTogether();

  await stage().notifier([withdrawn()]).tellOverdue(soon());

  expect((await stage().store.get("waiting warning"))?.record.waiting).toEqual([]);
});

test("the dead letter of a refused group, moved back once the webhook is mended, tells of all of it, once", async () => {
  const { leader } = await refusedTogether();

  await notify(leader, stage().slackHook());
  await notify(leader, stage().slackHook());

  const texts = stage().hook.seen.map(({ versions: [first] }) => textOf(first ?? { text: "", blocks: [] }));
  expect(texts).toEqual([expect.stringMatching(/WARNING, 2 alarms/)]);
});

test("a group that is only not taken for now stays on the list, and the next sweep tells it", async () => {
  stage().hook.fault = () => "fail";
  await refusedTogether(() => stage().slackHook());
  stage().hook.fault = () => undefined;

  await stage().notifier([stage().slackHook()]).tellOverdue(soon());

  expect(stage().hook.seen).toHaveLength(1);
});

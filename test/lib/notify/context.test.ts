import { CONTEXT_LIMIT_MS, type ContextSource, gatherContext } from "../../../lib/notify/context";
import { metricEvent } from "../../support/alarm-messages";
import { collectorLines } from "../../support/collector-lines";

const now = Date.parse("2026-03-01T12:00:20Z");
const event = metricEvent({ at: now - 5000 });
const nothing: ContextSource = { lines: async () => [], firing: async () => [], children: async () => [] };
const never = (): Promise<never> => new Promise(() => undefined);

test("context has three seconds, as the page waits for it", () => {
  expect(CONTEXT_LIMIT_MS).toBe(3000);
});

test("a source that hangs costs its own part only, and says so", async () => {
  const lines = await collectorLines({ at: now - 5000, isOn: true, ttl: 60 });
  const source = { ...nothing, lines: async () => lines, firing: never };

  const context = await gatherContext(source, event, now, 100);

  expect(context.facts.safeMode).toMatchObject({ known: { isOn: true } });
  expect(context.firing).toEqual({ unknown: "asking for the alarms that fire took longer than 100 ms" });
});

test("everything that hangs together takes one limit, and every signal is given", async () => {
  const signals: AbortSignal[] = [];
  const hang = (_: unknown, signal: AbortSignal): Promise<never> => {
    signals.push(signal);
    return never();
  };
  const composite = { ...event, triggeringChildren: ["arn"] };
  const { trigger: _, ...untriggered } = composite;

  const context = await gatherContext({ lines: hang, firing: hang, children: hang }, untriggered, now, 100);

  expect(context.facts.lastFault).toEqual({ unknown: "reading the collectors' lines took longer than 100 ms" });
  expect("unknown" in context.children).toBe(true);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
});

test("an error of a library is told by its name, as its message may quote anything", async () => {
  const refusal = Object.assign(new Error("User arn:aws:sts::secret is not authorized"), { name: "AccessDenied" });
  const source = { ...nothing, lines: () => Promise.reject(refusal) };

  const context = await gatherContext(source, event, now);

  expect(context.facts.slot).toEqual({ unknown: "reading the collectors' lines failed: AccessDenied" });
});

test("the alarm itself is not among those that fire besides", async () => {
  const firing = [{ name: event.name }, { name: "prod-RedisDown" }];

  const context = await gatherContext({ ...nothing, firing: async () => firing }, event, now);

  expect(context.firing).toEqual({ known: [{ name: "prod-RedisDown" }] });
});

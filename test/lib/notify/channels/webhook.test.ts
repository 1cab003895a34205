import { renderWebhook, signature } from "../../../../lib/notify/channels/webhook";
import { Stage } from "../../../support/notify-stage";
import { page, SINCE, telling } from "../../../support/pages";
import { duringEach } from "../../../support/receivers/receiver";

const stage = duringEach(() => new Stage(SINCE + 5000).listen());
const deadline = SINCE + 60_000;

test("a page is told with an id that stays the same however often it is sent", () => {
  const body = renderWebhook(page());

  expect(body).toEqual({
    version: 1,
    id: `${page().identity}@${SINCE}/alarm`,
    incident: `${page().identity}@${SINCE}`,
    kind: "alarm",
    identity: page().identity,
    alarm: "prod-QuantumSafeModeActive",
    environment: "prod",
    rule: "QuantumSafeModeActive",
    component: "trading",
    severity: "critical",
    is_drill: false,
    is_over: false,
    since: "2026-03-01T12:01:00.000Z",
    title: "CRITICAL: SAFE MODE is on [prod]",
    why: "SYMBOL_RATE_EXCEEDED BTCUSDT BUY",
    first_step: "First look at the last fault.",
    facts: [{ name: "Since", value: "12:01:00 UTC" }],
    notes: [],
    links: page().links,
  });
});

test("the signature is the one that the documentation gives as an example", () => {
  const hex = signature("signing-key", 1_772_366_400, '{"version":1}');

  expect(hex).toBe("129b392d3504444e7a844dfbbb103e8c8f1c21231c3c5ab50a4b1aaa1e0f1caa");
});

test("a receiver that checks signature and time takes it, once by its id", async () => {
  stage().own.fault = ({ path }) => (path === "/pages" && stage().own.received.length === 1 ? "drop" : undefined);

  await stage().webhook().show(telling({ deadline }));

  expect(stage().own.received).toHaveLength(2);
  expect(Array.from(stage().own.taken.keys())).toEqual([`${page().identity}@${SINCE}/alarm`]);
});

test("with another key it is refused, and read anew once", async () => {
  let asked = 0;
  const secrets = { get: async () => `wrong ${++asked}`, forget: () => undefined };

  const showing = stage().webhook(secrets).show(telling({ deadline }));

  await expect(showing).rejects.toThrow("the webhook own: refused with 401");
  expect(asked).toBe(2);
});

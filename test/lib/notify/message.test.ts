import { rules } from "../../../alarms";
import type { AlarmEvent } from "../../../lib/notify/alarm-event";
import { type CollectorLine, type ContextSource, gatherContext } from "../../../lib/notify/context";
import { type Incident, type Kind, type Message, messageOf } from "../../../lib/notify/message";
import { metricEvent } from "../../support/alarm-messages";
import { collectorLines, faultAt, type SlotFacts } from "../../support/collector-lines";

const since = Date.parse("2026-03-01T12:01:00Z");
const slot = since + 15_000;
const now = slot + 5000;
const surroundings = { runbooks: "https://example.com/runbooks", logGroups: ["/quantum-watch/prod/collect"] };

interface Told {
  readonly kind?: Kind;
  readonly event?: AlarmEvent;
  readonly incident?: Partial<Incident>;
  readonly slots?: readonly SlotFacts[];
  readonly source?: Partial<ContextSource>;
  readonly at?: number;
}

async function told({ kind = "alarm", event = metricEvent({ at: since }), ...rest }: Told): Promise<Message> {
  const at = rest.at ?? now;
  const lines: CollectorLine[] = [];
  for (const one of rest.slots ?? []) lines.push(...(await collectorLines(one)));
  const source = { lines: async () => lines, firing: async () => [], children: async () => [], ...rest.source };
  const context = await gatherContext(source, event, at);
  const rule = rules.find(({ name }) => name === event.rule);
  const incident = { since, isOver: false, reason: event.reason, ...rest.incident };
  return messageOf({ kind, event, incident, rule, context, now: new Date(at) }, surroundings);
}

const factsOf = ({ facts }: Message): Record<string, string> =>
  Object.fromEntries(facts.map(({ name, value }) => [name, value]));

/** The breaker tripped 60 s before its alarm. */
const tripped = since - 60_000;
const breaker: SlotFacts = {
  at: slot,
  isOn: true,
  ttl: 300 - (slot - tripped) / 1000,
  faults: 1,
  intentAge: 75,
  intents: 3,
  openings: 2,
  properties: { ...faultAt(tripped), top_symbols: [{ symbol: "BTCUSDT", count: 6 }] },
};

// A rule that only reads the flag is not about whoever set it.
test.each(["prod-QuantumPublishingStalled", "prod-QuantumPublishingStalled-missing"])(
  "a stall is not put down to a fault of the hour before: %s",
  async (name) => {
    const event = metricEvent({ at: since, name, reason: "Threshold Crossed: a stall" });

    const after = await told({ event, slots: [{ ...breaker, isOn: false, ttl: -1 }] });
    const without = await told({ event, slots: [{ at: slot, isOn: false, ttl: -1, faults: 0, intentAge: 301 }] });

    expect([after.why, without.why]).toEqual(["Threshold Crossed: a stall", "Threshold Crossed: a stall"]);
  },
);

test("a safe mode by the breaker is told with its fault, its end and what was found", async () => {
  const message = await told({ slots: [breaker], source: { firing: async () => [{ name: "prod-RedisDown" }] } });

  expect(message).toMatchObject({
    title: "CRITICAL: SAFE MODE is on: the Core Safety Kernel is told to block all trading [prod]",
    why: "SYMBOL_RATE_EXCEEDED BTCUSDT BUY at 12:00:00 UTC (1 min 20 s ago): 6 of 20 in all, 6 of 5 for the symbol, correlation id c-17",
    severity: "critical",
    component: "trading",
    isDrill: false,
    notes: [],
  });
  expect(message.firstStep).toMatch(
    /^First look whether intents that open are still published, then at the last fault and the TTL/,
  );
  expect(factsOf(message)).toEqual({
    Since: "12:01:00 UTC, 20 s ago",
    Value: "quantum_safety_safe_mode 1, alarm at >= 1",
    "Safe mode": "on, lifts itself at 12:05:00 UTC, in 3 min 40 s",
    "Last fault": message.why,
    "Faults in 1 h": "1",
    "Last intent": "12:00:00 UTC, 1 min 20 s ago",
    Intents: "3 in the last minute, 2 of them open",
    "Busiest symbols": "BTCUSDT 6",
    "Read at": "12:01:15 UTC",
    "Also firing": "prod-RedisDown",
  });
  expect(message.links).toEqual([
    { name: "Runbook", url: "https://example.com/runbooks/safety.md#quantumsafemodeactive" },
    {
      name: "Dashboard",
      url: "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/prod-quantum-safety",
    },
    {
      name: "Logs",
      url: `https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#logsV2:log-groups/log-group/$252Fquantum-watch$252Fprod$252Fcollect/log-events$3Fstart$3D${since - 300_000}$26end$3D${now + 60_000}`,
    },
    {
      name: "Alarm",
      url: "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#alarmsV2:alarm/prod-QuantumSafeModeActive",
    },
  ]);
});

test.each<[string, Partial<SlotFacts>]>([
  ["the stream holds none", { properties: {} }],
  ["it lifts later than the breaker's would", { ttl: 800 }],
  ["it has no expiry", { ttl: -1 }],
  ["the fault is of an earlier halt", { properties: faultAt(tripped - 400_000) }],
])("a safe mode has no matching fault where %s", async (_, facts) => {
  const message = await told({ slots: [{ ...breaker, ...facts }] });

  expect(message.why).toBe("No matching fault: margin guard or manual");
});

// The mistake: "trading is blocked" was promised, and nobody looked whether it was.
test("a page about intents in safe mode says how many open, and not who set safe mode", async () => {
  const event = metricEvent({ at: since, name: "prod-QuantumSafeModeNotObeyed" });

  const message = await told({ event, slots: [{ ...breaker, openings: 12 }] });
  const one = await told({ event, slots: [{ ...breaker, openings: 1 }] });
  const unread = await told({ event });

  expect(message.why).toBe(
    "12 intents that open were published in the minute before 12:01:15 UTC, and safe mode is on",
  );
  expect(one.why).toBe("1 intent that opens was published in the minute before 12:01:15 UTC, and safe mode is on");
  expect(unread.why).toBe(event.reason);
});

test("a page about a halt says which switches are on, what each stops and why, and their signs", async () => {
  const event = metricEvent({ at: since, name: "prod-QuantumTradingHalted" });
  const halts = [
    { key: "quantum:system:mode", stops: "entries" },
    { key: "quantum:global:kill_switch", stops: "the apply layer", reason: "exchange\nis down" },
  ];
  const halt_signs = [{ key: "quantum:governor:halt", stops: "entries, by the system mode", reason: "drawdown" }];

  const message = await told({ event, slots: [{ at: slot, halts: 2, properties: { halts, halt_signs } }] });
  const over = await told({
    kind: "over",
    event,
    incident: { isOver: true, until: slot },
    slots: [{ at: slot, halts: 0 }],
  });

  expect(message.why).toBe(
    "quantum:system:mode stops entries; quantum:global:kill_switch stops the apply layer (exchange is down)",
  );
  expect(factsOf(message)).toMatchObject({
    Halts: message.why,
    "Signs of a halt": "quantum:governor:halt stops entries, by the system mode (drawdown)",
  });
  expect(over.why).toBe(event.reason);
  expect(factsOf(over)).not.toHaveProperty("Halts");
});

test("a safe mode without expiry is said to need a person", async () => {
  const message = await told({ slots: [{ ...breaker, ttl: -1 }] });

  expect(factsOf(message)["Safe mode"]).toBe("on, and nobody but a person will lift it: it has no expiry");
});

test("the end says how long it lasted, and by which fault it had begun", async () => {
  const until = since + 252_000;
  const at = until + 5000;
  const message = await told({
    kind: "over",
    incident: { isOver: true, until },
    slots: [{ ...breaker, at: until, isOn: false, ttl: -1 }],
    at,
  });

  expect(message.title).toBe(
    "OVER after 4 min 12 s: SAFE MODE is on: the Core Safety Kernel is told to block all trading [prod]",
  );
  expect(message.why).toMatch(/^SYMBOL_RATE_EXCEEDED BTCUSDT BUY at 12:00:00 UTC/);
  expect(factsOf(message)).toMatchObject({
    Lasted: "12:01:00 UTC until 12:05:12 UTC, 4 min 12 s",
    "Safe mode": "off",
  });
});

test("an end that was never heard of is not made up", async () => {
  const message = await told({ kind: "over", incident: { isOver: true } });

  expect(message.title).toMatch(/^OVER: /);
  expect(factsOf(message)["Lasted"]).toBe("from 12:01:00 UTC, its end was not heard of");
});

test("a reminder says for how long it has been firing", async () => {
  const message = await told({ kind: "reminder", at: since + 4 * 3_600_000 });

  expect(message.title).toMatch(/^STILL CRITICAL after 4 h: SAFE MODE is on/);
});

test("a drill says before all else that there is nothing to do", async () => {
  const message = await told({ event: metricEvent({ at: since, reason: "DRILL: weekly" }) });

  expect(message.title).toMatch(/^DRILL, nothing to do: CRITICAL: /);
  expect(message.isDrill).toBe(true);
});

test("without context the page says so, and makes nothing up", async () => {
  const message = await told({ source: { lines: () => Promise.reject(new Error("no lines")) } });

  expect(message.notes).toEqual(["Left out: no lines."]);
  expect(message.why).toMatch(/^Not known whether a fault is behind it \(no lines\)\. Threshold Crossed/);
  expect(Object.keys(factsOf(message))).toEqual(["Since", "Value"]);
});

test("while Redis is down the page says that nothing is known of it", async () => {
  const event = metricEvent({ at: since, name: "prod-RedisDown" });

  const message = await told({ event, slots: [breaker, { at: slot + 1, isUp: false }] });

  expect(message.notes).toEqual(["Left out: Redis does not answer."]);
  expect(factsOf(message)).toMatchObject({ Redis: "does not answer" });
  expect(factsOf(message)).not.toHaveProperty("Safe mode");
});

/** Stands for a page that calls the breaker off where Redis refuses only us, or that leaves out why. */
test.each([
  [
    "unreachable",
    "connect ECONNREFUSED 10.0.0.5:6379",
    "Redis does not answer (unreachable): the safety kernel fails open",
  ],
  [
    "timed-out",
    "an answer from Redis took longer than 1500 ms",
    "Redis does not answer (timed out): the safety kernel fails open",
  ],
  ["loading", "LOADING Redis is loading", "Redis does not answer (it loads its data): the safety kernel fails open"],
  [
    "refused",
    "WRONGPASS invalid username-password pair",
    "Redis refuses us: we are blind; whether the kernel is, is not known",
  ],
  ["untrusted", "certificate has expired", "Redis shows a certificate that we do not trust: we are blind"],
])("a lost Redis is told by its kind: %s", async (why, said, summary) => {
  const event = metricEvent({ at: since, name: "prod-RedisDown" });
  const properties = { redis_error: said, redis_why: why };

  const message = await told({ event, slots: [{ at: slot, isUp: false, properties }] });

  expect(message.title).toMatch(new RegExp(`^CRITICAL: ${summary.replaceAll(/[().?]/g, String.raw`\$&`)}`));
  expect(message.why).toBe(`${why}: ${said}`);
  expect(factsOf(message)["Redis"]).toContain(said);
  const isOnlyUs = why === "refused" || why === "untrusted";
  expect(/breaker is off|fails open/.test(JSON.stringify(message))).toBe(!isOnlyUs);
  expect(message.title.includes("whether the kernel is, is not known")).toBe(isOnlyUs);
});

test("a lost Redis whose kind nobody knows, or that is over, is told in the rule's own words", async () => {
  const event = metricEvent({ at: since, name: "prod-RedisDown" });
  const properties = { redis_error: "WRONGPASS", redis_why: "refused" };

  const unsaid = await told({ event });
  const over = await told({ event, kind: "over", slots: [{ at: slot, isUp: false, properties }] });

  for (const { title, why } of [unsaid, over]) {
    expect(title).toContain("Redis does not answer us: if the kernel has lost it too, the circuit breaker is off");
    expect(why).toMatch(/^Threshold Crossed/);
  }
});

test.each([
  ["RedisReplicaCutOff", { redis_cut_off: "a replica whose link to its primary 10.0.0.1:6379 is down for 70 s" }],
  ["RedisFull", { redis_full: "100 bytes used of maxmemory 100, policy noeviction" }],
] as const)("%s says what was found", async (rule, properties) => {
  const event = metricEvent({ at: since, name: `prod-${rule}` });

  const message = await told({ event, slots: [{ at: slot, properties }] });

  expect([message.why]).toEqual(Object.values(properties));
  expect(factsOf(message)["Redis"]).toContain(message.why);
});

test("of a replica that is cut off the page tells nothing that was read before", async () => {
  const event = metricEvent({ at: since, name: "prod-RedisReplicaCutOff" });
  const cutOff = { at: slot + 1, properties: { redis_cut_off: "a replica whose link is down" } };

  const message = await told({ event, slots: [breaker, cutOff] });

  expect(factsOf(message)).not.toHaveProperty("Safe mode");
  expect(message.notes).toEqual(["Left out: the replica that is read is cut off from its primary."]);
});

test("a composite alarm's values are its children's, and what keeps others quiet is shown", async () => {
  const { trigger: _, ...event } = metricEvent({ at: since, name: "prod-QuantumPublishingStalled" });
  const child = {
    name: "prod-QuantumPublishingStalled-condition",
    metric: "value",
    threshold: 300,
    comparison: "GreaterThanThreshold",
    values: [412.256],
  };
  const firing = [
    { name: "prod-QuantumFaultSeen", inhibitedBy: "prod-QuantumSafeModeActive" },
    { name: "prod-QuantumSafeModeActive" },
  ];

  const message = await told({ event, source: { children: async () => [child], firing: async () => firing } });

  expect(factsOf(message)).toMatchObject({
    Value: "value 412.26, alarm at > 300",
    "Also firing": "prod-QuantumSafeModeActive",
    Inhibited: "prod-QuantumFaultSeen (by prod-QuantumSafeModeActive)",
  });
});

test("an alarm that is none of ours still gets a page, the loudest where nothing rates it", async () => {
  const { severity: _, ...event } = metricEvent({ at: since, name: "theirs", more: { AlarmTags: {} } });

  const message = await told({ event });

  expect(message).toMatchObject({ severity: "critical", rule: "", title: "CRITICAL: SAFE MODE is on [theirs]" });
  expect(message.links.map(({ name }) => name)).toEqual(["Logs", "Alarm"]);
});

test("of many alarms the first are named and the rest counted", async () => {
  const firing = Array.from({ length: 11 }, (_, place) => ({ name: `prod-A${place}` }));

  const message = await told({ source: { firing: async () => firing } });

  expect(factsOf(message)["Also firing"]).toMatch(/^prod-A0, .*prod-A7, and 3 more$/);
});

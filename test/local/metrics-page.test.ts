import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text as bodyOf } from "node:stream/consumers";

import { faultsLast1h, lastFaultTimestamp } from "../../lib/collectors/faults";
import { rateGlobalCurrent } from "../../lib/collectors/rate-windows";
import { memoryUsed } from "../../lib/collectors/redis-server";
import { safeMode } from "../../lib/collectors/safe-mode";
import {
  collectorUp,
  collectorViolations,
  contractViolations,
  errors,
  exporterUp,
  redisUp,
  sampleDuration,
  scrapes,
} from "../../lib/exporter";
import { metric, type Properties, type Sample, sample } from "../../lib/metric";
import { replicaCutOff } from "../../lib/server-health";
import { MetricsPage, serveMetrics } from "../../local/metrics-page";

const START = Date.UTC(2026, 10, 22, 8);
const labelled = metric({
  name: "quantum_test",
  unit: "None",
  tier: "logged",
  help: 'a "b" \\ c\nd',
  labels: ["Symbol"],
});

const after = (seconds: number): Date => new Date(START + seconds * 1000);

const counted = (seconds: number, value: number): Sample[] => [
  sample(scrapes, 1, after(seconds)),
  sample(errors, value, after(seconds)),
  sample(faultsLast1h, value, after(seconds)),
];

function pageOf(...slots: readonly (readonly Sample[])[]): MetricsPage {
  const page = new MetricsPage("dev");
  for (const slot of slots) page.update(slot, {}, slot[0]?.at ?? after(0));
  return page;
}

/** Series and values, without the lines that describe them. */
function seriesOf(page: MetricsPage): string[] {
  return page
    .text()
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

describe("the metrics page", () => {
  it("is empty before the first slot", () => {
    const page = new MetricsPage("dev");

    const text = page.text();

    expect(text).toBe("");
  });

  it("describes each metric once, before all its series", () => {
    const page = pageOf([
      sample(collectorUp, 1, after(0), { Collector: "faults" }),
      sample(safeMode, 0, after(0)),
      sample(collectorUp, 0, after(0), { Collector: "intents" }),
    ]);

    const text = page.text();

    expect(text).toBe(
      [
        "# HELP quantum_collector_up 1 if this collector could read all that it asked for, else 0",
        "# TYPE quantum_collector_up gauge",
        'quantum_collector_up{environment="dev",collector="faults"} 1',
        'quantum_collector_up{environment="dev",collector="intents"} 0',
        '# HELP quantum_safety_safe_mode 1 while the key holds exactly "1", which tells the kernel to block all trading; else 0',
        "# TYPE quantum_safety_safe_mode gauge",
        'quantum_safety_safe_mode{environment="dev"} 0',
        "",
      ].join("\n"),
    );
  });

  it("describes a metric that also exists a collector as the whole that it is", () => {
    const each = sample(collectorViolations, 1, after(0), { Collector: "faults" });
    const page = pageOf([each, sample(contractViolations, 1, after(0))]);

    const text = page.text();

    expect(text.match(/# HELP .*/g)).toEqual([`# HELP quantum_contract_violations ${contractViolations.help}`]);
    expect(seriesOf(page)).toHaveLength(2);
  });

  it("escapes what the text format would take for its own", () => {
    const page = pageOf([sample(labelled, 1.5, after(0), { Symbol: 'A"} 1\nfake 2\\' })]);

    const text = page.text();

    expect(text).toBe(
      [
        String.raw`# HELP quantum_test a "b" \\ c\nd`,
        "# TYPE quantum_test gauge",
        String.raw`quantum_test{environment="dev",symbol="A\"} 1\nfake 2\\"} 1.5`,
        "",
      ].join("\n"),
    );
  });

  it("adds up what the exporter counts and shows the newest of all else", () => {
    const page = pageOf(counted(0, 2), counted(15, 0), counted(30, 3));

    expect(seriesOf(page)).toEqual([
      'quantum_safety_exporter_errors_total{environment="dev"} 5',
      'quantum_safety_exporter_scrapes_total{environment="dev"} 3',
      'quantum_safety_faults_last_1h{environment="dev"} 3',
    ]);
    expect(page.text().match(/# TYPE \S+ counter/g)).toHaveLength(2);
  });

  it("goes on counting after a series was away", () => {
    const page = pageOf(
      [sample(errors, 2, after(0))],
      [sample(safeMode, 0, after(60))],
      [sample(errors, 3, after(75))],
    );

    const series = seriesOf(page);

    expect(series).toContain('quantum_safety_exporter_errors_total{environment="dev"} 5');
  });

  it.each([
    { seconds: 45, isShown: true },
    { seconds: 46, isShown: false },
  ])("shows a series that has no newer value for $seconds s: $isShown", ({ seconds, isShown }) => {
    const page = pageOf([sample(safeMode, 1, after(0))], [sample(exporterUp, 1, after(seconds))]);

    const series = seriesOf(page);

    expect(series.includes('quantum_safety_safe_mode{environment="dev"} 1')).toBe(isShown);
  });

  it("keeps of a Redis that is down only what is not read from it", () => {
    const up = [
      sample(redisUp, 1, after(0)),
      sample(safeMode, 0, after(0)),
      sample(sampleDuration, 1, after(0)),
      sample(contractViolations, 0, after(0)),
      sample(collectorUp, 1, after(0), { Collector: "faults" }),
      sample(collectorUp, 1, after(0), { Collector: "rate-windows" }),
    ];
    const down = [sample(redisUp, 0, after(10)), sample(collectorUp, 0, after(10), { Collector: "rate-windows" })];

    const series = seriesOf(pageOf(up, down));

    expect(series).toEqual([
      'quantum_collector_up{environment="dev",collector="faults"} 1',
      'quantum_collector_up{environment="dev",collector="rate-windows"} 0',
      'quantum_safety_redis_up{environment="dev"} 0',
    ]);
  });

  /** Stands for a gauge that stays when what it was read from is frozen. */
  it("keeps of a replica that is cut off what is not read from keys", () => {
    const read = [
      sample(redisUp, 1, after(0)),
      sample(safeMode, 0, after(0)),
      sample(contractViolations, 0, after(0)),
      sample(memoryUsed, 1000, after(0)),
      sample(replicaCutOff, 0, after(0)),
    ];
    const cutOff = [sample(redisUp, 1, after(10)), sample(replicaCutOff, 1, after(10))];

    const series = seriesOf(pageOf(read, cutOff));

    expect(series).toEqual([
      'quantum_redis_replica_cut_off{environment="dev"} 1',
      'quantum_safety_redis_up{environment="dev"} 1',
      'redis_memory_used_bytes{environment="dev"} 1000',
    ]);
  });

  it("leaves out a distribution, which has no single value", () => {
    const page = pageOf([sample(safeMode, { values: [1], counts: [1] }, after(0))]);

    const text = page.text();

    expect(text).toBe("");
  });
});

const infosOf = (page: MetricsPage): string[] => seriesOf(page).filter((line) => line.includes("_info{"));
const pageAt = (...slots: readonly (readonly [Sample[], Properties])[]): MetricsPage => {
  const page = new MetricsPage("dev");
  for (const [samples, properties] of slots) page.update(samples, properties, samples[0]!.at);
  return page;
};

describe("the old exporter's info metrics", () => {
  const up = (seconds: number): Sample[] => [
    sample(redisUp, 1, after(seconds)),
    sample(lastFaultTimestamp, START / 1000, after(seconds)),
  ];
  const fault = { id: "1-0", reason: 'A "quoted"\nreason\\', symbol: "BTCUSDT", side: "BUY", global_count: "21" };
  const top = [
    { symbol: "BTCUSDT", count: 6 },
    { symbol: "ETHUSDT", count: 2 },
  ];
  const FAULT_LINE = String.raw`quantum_safety_last_fault_info{environment="dev",reason="A \"quoted\"\nreason\\",symbol="BTCUSDT",side="BUY"} 1`;
  const TOP_LINE =
    'quantum_safety_rate_symbol_top5_info{environment="dev",symbol_1="BTCUSDT",count_1="6",symbol_2="ETHUSDT",count_2="2"} 1';

  it("say the newest fault and the busiest symbols in their labels", () => {
    const page = pageAt([up(0), { last_fault: fault, top_symbols: top }]);

    expect(infosOf(page)).toEqual([FAULT_LINE, TOP_LINE]);
    expect(page.text()).toContain("# TYPE quantum_safety_last_fault_info gauge\n");
  });

  it("say none where no symbol had an attempt, and nothing of a stream without faults", () => {
    const page = pageAt([up(0), { last_fault: fault, top_symbols: top }], [up(15), { top_symbols: [] }]);

    expect(infosOf(page)).toEqual(['quantum_safety_rate_symbol_top5_info{environment="dev",symbols="none"} 1']);
  });

  it("stay over a mark that speaks of neither", () => {
    const between = [sample(redisUp, 1, after(20)), sample(rateGlobalCurrent, 1, after(20))];
    const page = pageAt([up(15), { last_fault: fault, top_symbols: top }], [between, {}]);

    expect(infosOf(page)).toEqual([FAULT_LINE, TOP_LINE]);
  });

  it.each([
    ["while Redis is down", [sample(redisUp, 0, after(15))]],
    ["while the replica that is read is cut off", [sample(redisUp, 1, after(15)), sample(replicaCutOff, 1, after(15))]],
    ["when nothing newer came for long", [sample(exporterUp, 1, after(46))]],
  ])("are gone %s", (_, later) => {
    const page = pageAt([up(0), { last_fault: fault, top_symbols: top }], [later, {}]);

    expect(infosOf(page)).toEqual([]);
  });

  it("name a fault of which the entry says nothing with empty labels, as the old exporter did", () => {
    const page = pageAt([up(0), { last_fault: { id: "1-0" } }]);

    expect(infosOf(page)).toEqual(['quantum_safety_last_fault_info{environment="dev",reason="",symbol="",side=""} 1']);
  });
});

async function healthOf(page: MetricsPage): Promise<[number, unknown]> {
  const served = await serveMetrics(page, 0);
  const response = await fetch(served.url.replace("/metrics", "/health"));
  const body: unknown = await response.json();
  await served.close();
  return [response.status, body];
}

describe("/health", () => {
  it.each([
    { seconds: 45, status: 200, word: "ok" },
    { seconds: 46, status: 503, word: "no sample" },
  ])("answers $status when the newest sample is $seconds s old", async ({ seconds, status, word }) => {
    let now = START;
    const page = new MetricsPage("dev", () => now);
    page.update([sample(redisUp, 0, after(0))], {}, after(0));
    now += seconds * 1000;

    expect(await healthOf(page)).toEqual([
      status,
      { status: word, newest_sample: after(0).toISOString(), age_seconds: seconds, redis_up: false },
    ]);
  });

  it("answers 503 before the first sample", async () => {
    expect(await healthOf(new MetricsPage("dev"))).toEqual([503, { status: "no sample" }]);
  });
});

/** What a server on loopback says to a request under any host name, which `fetch` would not send. */
async function asked(
  page: MetricsPage,
  { method = "GET", path = "/metrics", host }: { method?: string; path?: string; host: (port: string) => string },
): Promise<{ status: number | undefined; allow: string | undefined; body: string }> {
  const served = await serveMetrics(page, 0);
  const { port } = new URL(served.url);
  try {
    const sent = request(served.url.replace("/metrics", path), { method, headers: { host: host(port) } }).end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const { statusCode: status, headers } = response;
    return { status, allow: headers.allow, body: await bodyOf(response) };
  } finally {
    await served.close();
  }
}

const own = (port: string): string => `127.0.0.1:${port}`;

/** A kind of mistake: whoever can reach a port on loopback is taken for somebody of this machine. */
describe("the server of the metrics page", () => {
  it.each(["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])("answers as %s with its port", async (name) => {
    const answers = [
      await asked(pageOf(counted(0, 1)), { host: (port) => `${name}:${port}` }),
      await asked(pageOf(counted(0, 1)), { host: (port) => `${name}:${port}`, path: "/health" }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it.each([
    ["a name that leads here, as a page in a browser may have one", (port: string) => `evil.example:${port}`],
    ["a name that begins as ours", (port: string) => `127.0.0.1.evil.example:${port}`],
    ["our name with another port", () => "127.0.0.1:1"],
    ["our name without its port", () => "127.0.0.1"],
  ])("refuses %s, with a sentence and no metric", async (_, host) => {
    const answers = [
      await asked(pageOf(counted(0, 1)), { host }),
      await asked(pageOf(counted(0, 1)), { host, path: "/health" }),
    ];

    for (const { status, body } of answers) {
      expect(status).toBe(421);
      expect(body).toMatch(/^quantum-watch answers as 127\.0\.0\.1:\d+ and localhost:\d+ only\n$/);
    }
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])("refuses %s and says what it takes", async (method) => {
    const { status, allow } = await asked(pageOf(counted(0, 1)), { host: own, method });

    expect([status, allow]).toEqual([405, "GET, HEAD"]);
  });

  it("answers HEAD as GET, without the body", async () => {
    const answer = await asked(pageOf(counted(0, 1)), { host: own, method: "HEAD" });

    expect(answer).toMatchObject({ status: 200, body: "" });
  });
});

import { safeMode } from "../../lib/collectors/safe-mode";
import { redisUp } from "../../lib/exporter";
import { ENVIRONMENT_DIMENSION, type Metric, NAMESPACE } from "../../lib/metric";
import { alarmName, type RuleName } from "../../lib/rules/names";
import type { PagerdutyEvent } from "../support/receivers/pagerduty";
import type { Clients } from "./clients";
import { datapointsOf } from "./datapoints";
import type { Driver } from "./driver";
import type { Internet } from "./internet";
import { say } from "./progress";
import type { Page } from "./recorded";
import { arnOfAlarm } from "./translation";
import { waitFor } from "./wait-for";

export interface LoopParts {
  readonly environment: string;
  readonly clients: Clients;
  readonly driver: Driver;
  readonly internet: Internet;
}

/** Well above the worst of a critical rule, 98 s, and what the way to the receiver takes. */
const PAGE_LIMIT_SEC = 180;
/** Five marks. */
const SAMPLE_LIMIT_SEC = 75;

/** Follows what is written to Redis as far as the person who is paged. */
export class ClosedLoop {
  readonly #parts: LoopParts;

  constructor(parts: LoopParts) {
    this.#parts = parts;
  }

  /** The page of safe mode, after it was written at a time (epoch milliseconds). */
  safeModePaged(written: number): Promise<Page> {
    return this.#paged("QuantumSafeModeActive", safeMode, 1, written);
  }

  redisDownPaged(written: number): Promise<Page> {
    return this.#paged("RedisDown", redisUp, 0, written);
  }

  /** When safe mode's end reached PagerDuty, and Slack's message had been edited. */
  async safeModeResolved(): Promise<number> {
    const { internet } = this.#parts;
    const at = await this.#delivered("QuantumSafeModeActive", "resolve");
    const [message] = internet.slack.seen;
    await waitFor("Slack's message to be edited", PAGE_LIMIT_SEC, () =>
      message !== undefined && internet.slack.thread(message.ts).length > 0 ? true : undefined,
    );
    return at;
  }

  async #paged(rule: RuleName, metric: Metric, value: number, written: number): Promise<Page> {
    const { environment, driver } = this.#parts;
    const alarm = alarmName(environment, rule);
    const mark = await this.#firstSample(metric, value, written);
    say(`${rule}: sampled ${seconds(written, mark * 1000)} s after it was written`);
    const delivered = await this.#delivered(rule, "trigger");
    const verdict = driver.verdicts.find((one) => one.alarm === alarm && one.to === "ALARM");
    const shown = driver.seenAt(keyOf(metric, environment), mark);
    if (verdict === undefined || shown === undefined) throw new Error(`${alarm} was told, but nobody had judged it`);
    say(`${rule}: paged ${seconds(written, delivered)} s after it was written`);
    return { written, sampled: mark * 1000, shown, judged: verdict.putAt, delivered };
  }

  /** The mark, epoch seconds, of the first datum with a value since a time. */
  #firstSample(metric: Metric, value: number, since: number): Promise<number> {
    const { clients, environment } = this.#parts;
    const asked = [{ metric: keyOf(metric, environment), statistic: metric.read }];
    return waitFor(`${metric.name} to be ${value}`, SAMPLE_LIMIT_SEC, async () => {
      const [points = []] = await datapointsOf(clients.cloudwatch, asked, since / 1000, Date.now() / 1000 + 1);
      return points.find((one) => one.value === value)?.t;
    });
  }

  async #delivered(rule: RuleName, action: PagerdutyEvent["event_action"]): Promise<number> {
    const { environment, internet } = this.#parts;
    const key = arnOfAlarm(alarmName(environment, rule));
    const arrival = await waitFor(`${action} of ${rule} at PagerDuty`, PAGE_LIMIT_SEC, () =>
      internet.arrivals.find((one) => one.key === key && one.action === action),
    );
    return arrival.at;
  }
}

export const keyOf = ({ name }: Metric, environment: string): Parameters<Driver["seenAt"]>[0] => ({
  namespace: NAMESPACE,
  name,
  dimensions: { [ENVIRONMENT_DIMENSION]: environment },
});

const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(1);

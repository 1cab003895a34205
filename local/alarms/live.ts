import { AlarmEngine, type Notice, type Transition } from "../../lib/alarm-engine/engine";
import { alarmsOf, muteRulesOf } from "../../lib/alarm-engine/template";
import { validateEnvironment, type ValidatedEnvironment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { ConfigError } from "../../lib/errors";
import { ENVIRONMENT_DIMENSION, NAMESPACE, type Sample } from "../../lib/metric";
import { NO_ACCOUNT } from "../notify/alarm-message";
import type { Told as ToldChange } from "../notify/pages";
import type { Palette } from "../terminal";
import { isFedHere, type KnownRule, knownMuteRules, knownRules, templateOf } from "./known-rules";
import { mutedWords } from "./quiet";
import { Standing } from "./standing";
import { Told } from "./told";

/** No alarm on our own metrics looks back further than the hour of QuantumBreakerFlapping, three periods of it. */
const LOOKED_BACK_SEC = 4 * 3600;

/** The alarms of an environment, judged on the samples as they come; times are epoch seconds. */
export class LiveAlarms {
  readonly #environment: string;
  readonly #rules: ReadonlyMap<string, KnownRule>;
  readonly #engine: AlarmEngine;
  readonly #colour: Palette;
  readonly #print: (text: string) => void;
  readonly #told = new Told();
  readonly #region: string;
  /** How the alarms stand at the time that was judged last. */
  readonly standing: Standing;
  /** Where links of the rules lead. */
  readonly runbooks: string;
  /** Takes what is told to people; by default no more than its line is printed. */
  onTold: (told: ToldChange) => void = ({ head }) => this.#print(head);

  /** Throws ConfigError for a name that no environment could have. */
  constructor(environment: string, start: number, print: (text: string) => void, colour: Palette) {
    const validated = rulesOf(environment);
    const known = knownRules(validated).filter(isFedHere);
    const template = templateOf([...known.flatMap(({ alarms }) => alarms), ...knownMuteRules(validated)]);
    this.#environment = environment;
    this.#region = validated.region;
    this.runbooks = validated.runbooks;
    this.#rules = new Map(known.map((one) => [one.alarm, one]));
    const place = { partition: "aws", region: validated.region, account: NO_ACCOUNT };
    this.standing = new Standing(this.#rules, environment);
    this.#engine = new AlarmEngine(alarmsOf(template, place), { start, muteRules: muteRulesOf(template) });
    this.#colour = colour;
    this.#print = print;
  }

  /** Takes what was published and judges up to now. */
  publish(samples: readonly Sample[], now: number): void {
    for (const { metric, value, labels, at } of samples) {
      if (typeof value !== "number") continue;
      const dimensions = { [ENVIRONMENT_DIMENSION]: this.#environment, ...labels };
      this.#engine.publish({ namespace: NAMESPACE, name: metric.name, dimensions }, at.getTime() / 1000, value, now);
    }
    this.advance(now);
  }

  /** Judges up to now, also where nothing was published: silence is a finding. */
  advance(now: number): void {
    this.#engine.advance(now);
    this.#engine.forget(now - LOOKED_BACK_SEC);
    const transitions = this.#engine.transitions.splice(0);
    const notices = this.#engine.notices.splice(0);
    for (const one of [...transitions, ...notices].toSorted((a, b) => a.t - b.t)) {
      if ("actions" in one) this.#announce(one);
      else this.#tell(one);
    }
  }

  /** Who was told how often, in one line. */
  summary(): string {
    return this.#told.summary();
  }

  #tell(transition: Transition): void {
    this.standing.entered(transition);
    const { alarm, from, to, reason, suppressedBy } = transition;
    const known = this.#rules.get(alarm);
    if (known === undefined || (to !== "ALARM" && from !== "ALARM")) return;
    const { rule } = known;
    const quiet = suppressedBy === undefined && !rule.isShownOnly ? "" : ", tells nobody yet";
    const head = `${to === "ALARM" ? "ALARM" : "over "} ${alarm} (${rule.severity}${to === "ALARM" ? quiet : ""}${mutedWords(transition)})`;
    const styled = to === "ALARM" ? this.#colour.bad(head) : this.#colour.good(head);
    this.#print(`          ${styled}: ${to === "ALARM" ? rule.summary : "it is over"}`);
    this.#print(`                ${this.#colour.dim(reason)}`);
  }

  #announce(notice: Notice): void {
    const known = this.#rules.get(notice.alarm);
    const line = known && this.#told.line(notice, known.rule);
    const last = this.standing.last(notice.alarm);
    this.standing.acted(notice);
    const acting = known?.alarms.find(({ properties }) => properties.AlarmName === notice.alarm);
    if (known === undefined || line === undefined || last === undefined || acting === undefined) return;
    const head = `          ${notice.state === "ALARM" ? this.#colour.bad(line) : this.#colour.good(line)}`;
    const { from, reason, t: at } = last;
    const { properties } = acting;
    this.onTold({
      head,
      rule: known.rule,
      change: { properties, region: this.#region, from, to: notice.state, at, reason },
    });
  }
}

/** The named environment's rules; a name of one's own has those of the trial. */
function rulesOf(name: string): ValidatedEnvironment {
  const known = Object.hasOwn(environments, name) ? environments[name] : undefined;
  try {
    return validateEnvironment(known ?? { ...environments["dev"], name });
  } catch (error) {
    throw new ConfigError(`ENVIRONMENT: no alarms can be made for ${JSON.stringify(name)}`, { cause: error });
  }
}

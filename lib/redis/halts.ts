import type { VariableReader } from "../variables";

/** A key that halts trading, or is a sign that something did, besides safe mode. */
export interface Halt {
  /** The whole name; `<SYMBOL>` in it stands for each of the configured symbols. */
  readonly key: string;
  /**
   * When it is on: while the key exists, whatever its type; while it holds any text; while it holds JSON that does not
   * say `activated: false`; or while it holds one of these texts.
   */
  readonly on: "exists" | "text" | "json" | readonly string[];
  /** Whether upper and lower case are the same to whoever reads the texts. */
  readonly ignoresCase?: boolean;
  /** In a few words, what it stops. */
  readonly stops: string;
  /** The whole name of the key that says why. */
  readonly reasonKey?: string;
  /** Whether a gate of the trading system reads it. What no gate reads is a sign: shown, and never counted. */
  readonly gate: boolean;
}

/** In a halt's key, each of the configured symbols. */
export const EACH_SYMBOL = "<SYMBOL>";
/** A command each and more: a sample has to stay one of a few dozen commands. */
export const MAX_HALTS = 30;

/** The halts of the contract under a prefix. */
export function haltsUnder(prefix = "quantum:"): readonly Halt[] {
  const key = (name: string): string => prefix + name;
  return [
    { key: key("system:mode"), on: ["LOCKDOWN"], stops: "entries", gate: true },
    { key: key("kill"), on: ["1"], stops: "all execution", gate: true },
    {
      key: key("global:kill_switch"),
      on: ["true", "1", "yes"],
      ignoresCase: true,
      stops: "the apply layer",
      reasonKey: key("global:kill_switch:reason"),
      gate: true,
    },
    { key: key("lockdown"), on: "exists", stops: "exits", gate: true },
    { key: key("churn:global_freeze"), on: "text", stops: "opens", gate: true },
    { key: key("governor:halt"), on: "text", stops: "entries, by the system mode", gate: false },
    { key: key("dag5:lockdown_active"), on: "json", stops: "entries, by the system mode", gate: false },
    { key: key("safety:cooldown_global"), on: "exists", stops: "new orders after a margin rejection", gate: false },
    {
      key: key(`safety:cooldown_symbol:${EACH_SYMBOL}`),
      on: "exists",
      stops: "new orders of the symbol after a margin rejection",
      gate: false,
    },
  ];
}

/** The keys that are read of a halt. */
export const keysOfHalt = ({ key, reasonKey }: Halt): string[] => (reasonKey === undefined ? [key] : [key, reasonKey]);

const EXAMPLE = '[{"key":"quantum:kill","on":["1"],"stops":"all execution","gate":true}]';

/** The halts of the variable HALTS, else the contract's; what is wrong is noted with the reader. */
export function readHalts(read: VariableReader, prefix: string): readonly Halt[] {
  const text = read.text("HALTS");
  if (text === undefined) return haltsUnder(prefix);
  const data = parsed(text);
  if (!Array.isArray(data)) {
    read.wrong("HALTS", `must be a JSON list such as ${EXAMPLE}`);
    return [];
  }
  const wrong = data.findIndex((one) => !isHalt(one));
  if (wrong >= 0) read.wrong("HALTS", `entry ${wrong + 1} is none such as in ${EXAMPLE}`);
  const sentence = wrong < 0 ? impossibleHalts(data as Halt[]) : undefined;
  if (sentence !== undefined) read.wrong("HALTS", sentence);
  return wrong < 0 ? (data as Halt[]) : [];
}

/** Why a list of halts could not work, if it could not. */
export function impossibleHalts(halts: readonly Halt[]): string | undefined {
  const keys = halts.map(({ key }) => key);
  const twice = keys.find((key, place) => keys.indexOf(key) !== place);
  if (twice !== undefined) return `names ${twice} twice`;
  if (halts.length > MAX_HALTS) return `has ${halts.length}, but at most ${MAX_HALTS} are read in a sample`;
  return halts.some(({ gate }) => gate)
    ? undefined
    : "has none that a gate reads: QuantumTradingHalted could never fire";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const WAYS: ReadonlySet<unknown> = new Set(["exists", "text", "json"]);
const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isFlag = (value: unknown): boolean => typeof value === "boolean";
const unlessLeftOut =
  (check: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || check(value);

const FIELDS: Readonly<Record<keyof Halt, (value: unknown) => boolean>> = {
  key: isText,
  on: (value) => WAYS.has(value) || (Array.isArray(value) && value.length > 0 && value.every(isText)),
  ignoresCase: unlessLeftOut(isFlag),
  stops: isText,
  reasonKey: unlessLeftOut(isText),
  gate: isFlag,
};

function isHalt(value: unknown): value is Halt {
  if (typeof value !== "object" || value === null) return false;
  const isComplete = Object.entries(FIELDS).every(([name, check]) => check((value as Record<string, unknown>)[name]));
  return isComplete && Object.keys(value).every((name) => name in FIELDS);
}

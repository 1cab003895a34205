/** Names of everything that is read, as contract defaults under one prefix; any of them can be overridden. */
export interface Keys {
  readonly safeMode: string;
  readonly rateGlobal: string;
  readonly rateSymbol: string;
  readonly faults: string;
  readonly intents: string;
  /** Written by the intent bridge. */
  readonly applyPlan: string;
  /** Written by the apply layer. */
  readonly applyResult: string;
  /** Before the symbol: a hash each. */
  readonly harvestProposal: string;
  /** Before the symbol: a hash each, of every candidate, open or flat. */
  readonly position: string;
}

const DEFAULTS: Keys = {
  safeMode: "safety:safe_mode",
  rateGlobal: "safety:rate:global",
  rateSymbol: "safety:rate:symbol",
  faults: "stream:safety.fault",
  intents: "stream:trade.intent",
  applyPlan: "stream:apply.plan",
  applyResult: "stream:apply.result",
  harvestProposal: "harvest:proposal",
  position: "state:positions",
};

/** The streams that are always watched: those that the contract names. */
export function contractStreams({ intents, faults, applyPlan, applyResult }: Keys): readonly string[] {
  return [intents, faults, applyPlan, applyResult];
}

/** The consumer groups that trading needs, by their stream: who turns intents into plans, and who reads the results. */
export function contractGroups({ intents, applyResult }: Keys, prefix = "quantum:"): DeclaredGroups {
  return {
    [intents]: [`${prefix}group:intent_bridge`],
    [applyResult]: [`${prefix}group:execution:trade.intent`],
  };
}

/** Names of consumer groups, by the whole name of their stream. */
export type DeclaredGroups = Readonly<Record<string, readonly string[]>>;

/** Names that can be overridden. */
export const KEY_NAMES = Object.keys(DEFAULTS) as readonly (keyof Keys)[];

/** The keys under a prefix; an override is a whole key name and takes no prefix. */
export function keysUnder(prefix = "quantum:", overrides: Partial<Keys> = {}): Keys {
  const entries = KEY_NAMES.map((name) => [name, overrides[name] ?? prefix + DEFAULTS[name]] as const);
  return Object.fromEntries(entries) as unknown as Keys;
}

/** Names of everything that is read, as contract defaults under one prefix; any of them can be overridden. */
export interface Keys {
  readonly safeMode: string;
  readonly rateGlobal: string;
  readonly rateSymbol: string;
  readonly faults: string;
  readonly intents: string;
  /** Before the symbol: a hash each. */
  readonly harvestProposal: string;
  /** Before the symbol: exists while a position in it is open. */
  readonly position: string;
}

const DEFAULTS: Keys = {
  safeMode: "safety:safe_mode",
  rateGlobal: "safety:rate:global",
  rateSymbol: "safety:rate:symbol",
  faults: "stream:safety.fault",
  intents: "stream:trade.intent",
  harvestProposal: "harvest:proposal",
  position: "state:positions",
};

/** Names that can be overridden. */
export const KEY_NAMES = Object.keys(DEFAULTS) as readonly (keyof Keys)[];

/** The keys under a prefix; an override is a whole key name and takes no prefix. */
export function keysUnder(prefix = "quantum:", overrides: Partial<Keys> = {}): Keys {
  const entries = KEY_NAMES.map((name) => [name, overrides[name] ?? prefix + DEFAULTS[name]] as const);
  return Object.fromEntries(entries) as unknown as Keys;
}

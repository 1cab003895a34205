const FAULT_FIELDS = ["reason", "symbol", "side", "global_count", "global_max", "symbol_count", "symbol_max"];

/**
 * Queries of Logs Insights, a command a line: every fault of the time range, each once, and the last one also where it
 * is older. A line lists the faults that came since the line before it; every line repeats the last fault.
 */
export const LAST_FAULTS = [
  "filter ispresent(last_fault.id) or ispresent(faults)",
  "fields coalesce(faults, '[{}]') as list",
  "fields jsonParse(list) as listed",
  "unnest listed into fault",
  `fields coalesce(fault.id, last_fault.id) as id, ${[...FAULT_FIELDS, "correlation_id"]
    .map((name) => `coalesce(fault.${name}, last_fault.${name}) as ${name}`)
    .join(", ")}`,
  // IDs begin with the time. Overlapping runs list a fault twice.
  "sort id desc",
  "dedup id",
  `display id, ${FAULT_FIELDS.join(", ")}, correlation_id`,
  "limit 10",
];

const PLACES = [0, 1, 2, 3, 4];

/** The five busiest symbols of the windows that ended last. */
export const BUSIEST_SYMBOLS = [
  `fields @timestamp, ${PLACES.map((place) => `top_symbols.${place}.symbol, top_symbols.${place}.count`).join(", ")}, symbols_complete`,
  "filter ispresent(top_symbols.0.symbol)",
  "sort @timestamp desc",
  "limit 10",
];

/** What halted trading besides safe mode, and the signs of it: a row for each, with when it was last on. */
export const HALTS = [
  "filter ispresent(halts_on)",
  "fields jsonParse(halts_on) as listed",
  "unnest listed into halt",
  "fields halt.key as key, halt.kind as kind, halt.stops as stops, halt.reason as reason",
  "sort @timestamp desc",
  // Rows that lack a field of it are all kept: it has to be in every row.
  "dedup key",
  "display @timestamp, key, kind, stops, reason",
  "limit 50",
];

/** What broke the contract, each once. */
export const BROKEN_READINGS = [
  // A line lists up to ten; the first is shown, and all are counted beside it.
  "fields @timestamp, violations.0.collector, violations.0.key, violations.0.what",
  "filter ispresent(violations.0.key)",
  "sort @timestamp desc",
  "dedup violations.0.key, violations.0.what",
  "limit 10",
];

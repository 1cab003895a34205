const HOUR_MS = 3_600_000;

/** Metric definitions that one EMF directive may hold (EMF specification). */
export const MAX_METRICS_PER_DIRECTIVE = 100;

/** Numbers that one metric's array may hold in an EMF line (EMF specification). */
export const MAX_VALUES_PER_ARRAY = 100;

/** Dimensions of one metric, `Environment` among them (EMF specification and PutMetricData alike). */
export const MAX_DIMENSIONS = 30;

/** Characters of a dimension's name (EMF specification; PutMetricData would take 255). */
export const MAX_DIMENSION_NAME_LENGTH = 250;

/** Characters of a dimension's value (EMF specification and PutMetricData alike). */
export const MAX_DIMENSION_VALUE_LENGTH = 1024;

/** Characters of a metric's name (PutMetricData; the EMF specification would take 1,024). */
export const MAX_METRIC_NAME_LENGTH = 255;

/** Metric data in one PutMetricData call. */
export const MAX_DATA_PER_CALL = 1000;

/** Bytes of one PutMetricData body before compression: "1 MB", read as the smaller of its two meanings. */
export const MAX_CALL_BYTES = 1_000_000;

/** Unique values in one datum's `Values` (PutMetricData). */
export const MAX_UNIQUE_VALUES = 150;

/** How long before now a timestamp may lie: two weeks (PutMetricData). */
export const MAX_AGE_MS = 14 * 24 * HOUR_MS;

/** How long after now a timestamp may lie: two hours (PutMetricData). */
export const MAX_AHEAD_MS = 2 * HOUR_MS;

export { MAX_ABSOLUTE_VALUE } from "../metric";

/**
 * UTF-8 bytes of one log line without its newline. CloudWatch Logs takes 1 MB, but lines from Node have been seen split
 * near 64 kB, and half an EMF line is no metric at all.
 */
export const MAX_LINE_BYTES = 60_000;

/** Our own: bytes of one sample's dimensions as JSON, so that a line always has room for a metric beside them. */
export const MAX_DIMENSIONS_BYTES = 30_000;

/** Our own: characters of a property's name, so that a line always has room for it. */
export const MAX_PROPERTY_NAME_LENGTH = 1024;

/** Our own: values that one distribution is written out to in EMF, which has no counts. */
export const MAX_VALUES_PER_DISTRIBUTION = 1000;

/** Our own: values that all distributions of one slot are written out to together, as long as each keeps its few. */
export const MAX_EXPANDED_VALUES = 10_000;

/** Our own: values that a distribution keeps in EMF however many distributions share the slot. */
export const MIN_VALUES_PER_DISTRIBUTION = 10;

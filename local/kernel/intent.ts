export type Side = "BUY" | "SELL";

/** What a strategy wants to do; the gate decides whether it gets published. */
export interface Intent {
  readonly symbol: string;
  readonly side: Side;
  /** In units of the base asset. */
  readonly quantity: number;
  /** In USDT. */
  readonly price: number;
  readonly correlationId: string;
  readonly traceId: string;
}

/** The ways in which intents are found in the stream, each from another generation of publishers. */
export const SHAPES = ["flat", "data", "envelope"] as const;
export type Shape = (typeof SHAPES)[number];

/** The fields of one stream entry; `atMs` is the publisher's clock. */
export function fieldsOf(intent: Intent, shape: Shape, atMs: number): Record<string, string> {
  const { symbol, side, quantity, price, correlationId, traceId } = intent;
  switch (shape) {
    case "flat":
      return {
        symbol,
        side,
        quantity: pythonFloat(quantity),
        price: pythonFloat(price),
        correlation_id: correlationId,
      };
    case "data":
      return { data: JSON.stringify({ symbol, action: side, quantity, price, trace_id: traceId }) };
    case "envelope":
      return {
        event_type: "trade.intent",
        payload: JSON.stringify({ symbol, side, quantity, price }),
        trace_id: traceId,
        correlation_id: correlationId,
        timestamp: new Date(atMs).toISOString().replace("Z", "000"),
        source: "ai-engine",
      };
  }
}

/** A float as Python's str() writes it: whole ones keep their ".0". */
export function pythonFloat(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

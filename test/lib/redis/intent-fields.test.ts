import { opens } from "../../../lib/redis/intent-fields";

const KEY = "quantum:stream:trade.intent";
const entry = (fields: Record<string, string>) => ({ id: "1-0", fields: new Map(Object.entries(fields)) });
const flat = (fields: Record<string, string>) => entry({ symbol: "BTCUSDT", ...fields });
const data = (json: object) => entry({ data: JSON.stringify({ symbol: "BTCUSDT", ...json }) });
const envelope = (json: object, beside = {}) =>
  entry({ event_type: "trade.intent", payload: JSON.stringify({ symbol: "BTCUSDT", ...json }), ...beside });

// The mistake: an exit that is taken for an opening pages for nothing, and an opening that is taken for an exit is the
// halt that nobody obeys, unseen.
describe("an intent", () => {
  it.each([
    ["that buys, flat", flat({ side: "BUY" })],
    ["that sells, flat", flat({ side: "SELL" })],
    ["by its action, flat", flat({ action: "BUY" })],
    ["with a side that is no order, by its action", flat({ side: "LONG", action: "BUY" })],
    ["in lower case", flat({ side: "buy" })],
    ["by its action, in data", data({ action: "SELL" })],
    ["by its side, in an envelope", envelope({ side: "BUY" })],
    ["that says reduceOnly false", flat({ side: "BUY", reduceOnly: "false" })],
    ["that says reduceOnly 0", flat({ side: "BUY", reduceOnly: "0" })],
    ["with an empty reduceOnly", flat({ side: "BUY", reduceOnly: "" })],
    ["that says reduceOnly None", flat({ side: "BUY", reduceOnly: "None" })],
    ["that says reduceOnly false, in JSON", data({ side: "BUY", reduceOnly: false })],
    ["that says reduceOnly null, in JSON", envelope({ side: "BUY", reduceOnly: null })],
  ])("%s, opens", (_, one) => {
    expect(opens(KEY, one)).toEqual({ known: true });
  });

  it.each([
    ["true", flat({ side: "SELL", reduceOnly: "true" })],
    ["True, as Python writes it", flat({ side: "SELL", reduceOnly: "True" })],
    ["1", flat({ side: "SELL", reduceOnly: "1" })],
    ["YES", flat({ side: "SELL", reduceOnly: "YES" })],
    ["true in the JSON of data", data({ action: "SELL", reduceOnly: true })],
    ["1 in the JSON of an envelope", envelope({ side: "SELL", reduceOnly: 1 })],
    ["yes, a text in JSON", data({ side: "SELL", reduceOnly: "Yes" })],
    ["true beside an envelope", envelope({ side: "SELL" }, { reduceOnly: "true" })],
  ])("that says reduceOnly %s is an exit", (_, one) => {
    expect(opens(KEY, one)).toEqual({ known: false });
  });

  it.each([
    ["holds", flat({ side: "HOLD" })],
    ["closes", data({ action: "CLOSE" })],
    ["has no side", flat({})],
    ["has a list for a side", data({ side: ["BUY"] })],
    ["has a side that no text can be made of", data({ side: { toString: 1, valueOf: 1 } })],
  ])("that %s opens nothing", (_, one) => {
    expect(opens(KEY, one)).toEqual({ known: false });
  });

  // A kind of mistake: a default in place of what nobody knows.
  it.each([
    ["is no JSON", entry({ data: "{" })],
    ["is a JSON list", entry({ payload: "[1]" })],
    ["is a JSON null", entry({ payload: "null" })],
    ["is no JSON in either field", entry({ data: "{", payload: "{" })],
    ["is no JSON beside a side: it may say reduceOnly", flat({ side: "BUY", data: "{" })],
  ])("that %s is not known to open, nor to close", (_, one) => {
    expect(opens(KEY, one)).toEqual({
      broken: { key: KEY, what: "entry 1-0 has no readable JSON: it may open or close" },
    });
  });

  it.each([
    ["an exit, though its JSON is none", false, flat({ side: "BUY", reduceOnly: "1", data: "{" })],
    ["an opening by its payload, where data is no JSON", true, envelope({ side: "BUY" }, { data: "{" })],
    ["an exit by its payload, where data is null", false, envelope({ side: "BUY", reduceOnly: 1 }, { data: "null" })],
  ])("is %s", (_, expected, one) => {
    expect(opens(KEY, one)).toEqual({ known: expected });
  });
});

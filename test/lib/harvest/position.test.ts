import { parsePosition, POSITION_FIELDS } from "../../../lib/harvest/position";
import { FLAT, position } from "../../support/harvest-keys";

const KEY = "quantum:state:positions:BTCUSDT";

function parsed(fields: Readonly<Record<string, string | undefined>>): unknown {
  return parsePosition(
    KEY,
    POSITION_FIELDS.map((name) => fields[name] ?? null),
  );
}

// A kind of mistake: that something is written down is taken for its being so.
describe("a position", () => {
  it.each([
    ["long", position()],
    ["short, with a signed amount", position({ side: "SHORT", position_amt: "-0.002" })],
    ["of the apply layer, without an amount", { side: "LONG", quantity: "0.5" }],
    ["of which there is no quantity", { side: "LONG", position_amt: "-0.001" }],
    ["with a quantity and an amount of 0: the quantity decides", position({ position_amt: "0.0" })],
    ["of a size that is no noise", { position_amt: "1.1e-12" }],
    ["of a quantity that an amount would take for noise", { quantity: "1e-13" }],
    ["of which nothing but a side is known", { side: "SHORT" }],
    ["of a side that the contract does not have", position({ side: "BOTH" })],
  ])("is open: %s", (_, fields) => {
    expect(parsed(fields)).toEqual({ position: "open", violations: [] });
  });

  it.each([
    ["as the position state brain writes it", position(FLAT)],
    ["by its side, whatever the others say", position({ side: "FLAT" })],
    ["by its side, though its quantity is no number", position({ side: "FLAT", quantity: "None" })],
    ["by its quantity, though its side stays: a sync script has closed it", position({ quantity: "0" })],
    ["by its quantity, though its amount stays", position({ quantity: "0.0", position_amt: "0.002" })],
    ["by a quantity of -0.0", position({ quantity: "-0.0" })],
    ["by its amount, where there is no quantity", { side: "LONG", position_amt: "0.0" }],
    ["by an amount that is noise, of either sign", { position_amt: "-1e-12" }],
  ])("is flat: %s", (_, fields) => {
    expect(parsed(fields)).toEqual({ position: "flat", violations: [] });
  });

  // A kind of mistake: one field that cannot be read takes all the others with it.
  it.each([
    ["open", "by its amount", ["quantity"], position({ quantity: "None" })],
    ["open", "by its amount", ["quantity"], position({ quantity: "" })],
    ["flat", "by its amount", ["quantity"], position({ quantity: "inf", position_amt: "0.0" })],
    ["open", "by its side", ["quantity", "position_amt"], position({ quantity: "None", position_amt: "nan" })],
    ["open", "by its side", ["position_amt"], { side: "LONG", position_amt: "nan" }],
    ["open", "by being there", ["quantity"], { quantity: "x" }],
  ])("is %s %s where %j cannot be read, which are violations", (which, _, wrong, fields: Record<string, string>) => {
    expect(parsed(fields)).toEqual({
      position: which,
      violations: wrong.map((field) => ({
        key: KEY,
        what: `field ${field} is not a number: ${JSON.stringify(fields[field])}`,
      })),
    });
  });

  it("does not ask an amount that it does not need", () => {
    expect(parsed(position({ position_amt: "nan" }))).toEqual({ position: "open", violations: [] });
  });

  it("has no key where nothing is there", () => {
    expect(parsePosition(KEY, null)).toEqual({ position: "no key", violations: [] });
  });
});

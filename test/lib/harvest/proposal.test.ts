import { FIELDS, parseProposal, type Proposal } from "../../../lib/harvest/proposal";
import { proposal } from "../../support/harvest-keys";

const KEY = "quantum:harvest:proposal:BTCUSDT";
const NOON = Date.parse("2026-03-01T12:00:00Z");

function parsed(changed: Record<string, string | undefined>): Proposal {
  const fields: Record<string, string | undefined> = { ...proposal(NOON), ...changed };
  const values = FIELDS.map((name) => fields[name] ?? null);
  return parseProposal(KEY, values, NOON);
}

const told = ({ violations }: Proposal): string[] => violations.map(({ what }) => what);

describe("a number in a proposal", () => {
  it.each([
    ["0", 0],
    ["1e-05", 0.000_01],
    ["0.42000000000000004", 0.420_000_000_000_000_04],
    [" 0.5 ", 0.5],
    ["1.0000000000000002", 1.000_000_000_000_000_2],
  ])("reads %j as Python wrote it", (text, value) => {
    const one = parsed({ kill_score: text });

    expect(one.killScore).toEqual({ known: value });
    expect(told(one)).toEqual([]);
  });

  it.each(["nan", "inf", "-inf", "None", "", "True", "0x1", "1,5", "٣"])("is broken as %j, once", (text) => {
    const one = parsed({ kill_score: text });

    expect(one.killScore).toHaveProperty("broken");
    expect(told(one)).toEqual([`field kill_score is not a number: ${JSON.stringify(text)}`]);
  });

  it.each([
    ["kill_score", "1.2", "field kill_score is 1.2, not 0 to 1"],
    ["kill_score", "-0.1", "field kill_score is -0.1, not 0 to 1"],
    ["k_regime_flip", "0.5", "field k_regime_flip is 0.5, not 0 or 1"],
    ["k_sigma_spike", "2.5", "field k_sigma_spike is 2.5, not 0 to 2"],
    ["k_ts_drop", "0.6", "field k_ts_drop is 0.6, not 0 to 0.5"],
    ["k_age_penalty", "3", "field k_age_penalty is 3, not 0 to 1"],
  ])("out of range is told and used: %s = %s", (field, text, what) => {
    const one = parsed({ [field]: text });

    const readings = [one.killScore, one.regimeFlip, one.sigmaSpike, one.tsDrop, one.agePenalty];
    expect(readings).toContainEqual({ known: Number(text) });
    expect(told(one)).toEqual([what]);
  });

  it("that CloudWatch could not store is broken, once", () => {
    const one = parsed({ kill_score: "1e308" });

    expect(one.killScore).toHaveProperty("broken");
    expect(told(one)).toEqual(["field kill_score is 1e+308, more than can be published"]);
  });

  it("that is absent is unknown and breaks nothing", () => {
    const one = parsed({ k_ts_drop: undefined });

    expect(one.tsDrop).toEqual({ unknown: `${KEY} has no field k_ts_drop` });
    expect(told(one)).toEqual([]);
  });
});

describe("fields of older writers", () => {
  it("are read in place of the publisher's: r_net, action", () => {
    const one = parsed({ R_net: undefined, r_net: "3.5", harvest_action: undefined, action: "FULL_CLOSE_PROPOSED" });

    expect(one.rNet).toEqual({ known: 3.5 });
    expect(one.action).toEqual({ known: "FULL_CLOSE_PROPOSED" });
    expect(told(one)).toEqual([]);
  });

  it("give way to the publisher's where both are there", () => {
    const one = parsed({ r_net: "3.5", action: "FULL_CLOSE_PROPOSED" });

    expect([one.rNet, one.action]).toEqual([{ known: 7.1 }, { known: "PARTIAL_25" }]);
    expect(told(one)).toEqual([]);
  });
});

// A kind of mistake: what a writer always writes where it has nothing to say is taken for broken.
describe("a stop-loss that is not proposed", () => {
  it.each(["None", "", " None "])("is %j, which is no stop at 0 and breaks nothing", (text) => {
    const one = parsed({ new_sl_proposed: text });

    expect(one.newStopLoss).toEqual({ unknown: `${KEY} proposes no stop-loss` });
    expect(told(one)).toEqual([]);
  });

  it.each(["none", "null", "nan", "-"])("is not %j, which is told", (text) => {
    expect(told(parsed({ new_sl_proposed: text }))).toEqual([
      `field new_sl_proposed is not a number: ${JSON.stringify(text)}`,
    ]);
  });
});

// A kind of mistake: of two writers' fields the one is taken that nobody obeys.
describe("the action that is obeyed", () => {
  it.each([
    ["the heat gate's where it has calibrated", { action: "PARTIAL_50", calibrated: "1" }, "PARTIAL_50"],
    ["the publisher's where it has not", { action: "PARTIAL_50", calibrated: "0" }, "PARTIAL_25"],
    ["the publisher's where it does not say", { action: "PARTIAL_50" }, "PARTIAL_25"],
    ["the publisher's where anything else than 1 is said", { action: "PARTIAL_50", calibrated: "true" }, "PARTIAL_25"],
    ["the publisher's where a calibration has no action", { calibrated: "1" }, "PARTIAL_25"],
    ["an older writer's where there is no other", { harvest_action: undefined, action: "PARTIAL_75" }, "PARTIAL_75"],
  ])("is %s", (_, fields, action) => {
    const one = parsed({ original_action: "FULL_CLOSE_PROPOSED", ...fields });

    expect(one.action).toEqual({ known: action });
    expect(told(one)).toEqual([]);
  });

  it.each([{ harvest_action: "FULL_CLOSE" }, { action: "FULL_CLOSE", calibrated: "1" }])(
    "is FULL_CLOSE_PROPOSED by its other name, too: %j",
    (fields) => {
      expect(parsed(fields).action).toEqual({ known: "FULL_CLOSE_PROPOSED" });
    },
  );

  it("is judged alone: what nobody obeys may have any name", () => {
    expect(told(parsed({ harvest_action: "HOLD", action: "NONE", calibrated: "1" }))).toEqual([]);
    expect(told(parsed({ harvest_action: "NONE", action: "HOLD", calibrated: "1" }))).toEqual(['proposes "HOLD"']);
  });
});

// A kind of mistake: what is left of a hash is taken for a broken one.
it("a hash that is left with its update alone has an age, nothing else, and breaks nothing", () => {
  const values = FIELDS.map((name) => (name === "last_update_epoch" ? String(NOON / 1000 - 4) : null));

  const { violations, updatedAt, ...others } = parseProposal(KEY, values, NOON);

  expect(updatedAt).toEqual({ known: NOON / 1000 - 4 });
  expect(Object.values(others).map((reading) => Object.keys(reading))).toEqual(
    Object.values(others).map(() => ["unknown"]),
  );
  expect(violations).toEqual([]);
});

describe("an action", () => {
  it.each(["NONE", "PARTIAL_25", "PARTIAL_50", "PARTIAL_75", "FULL_CLOSE_PROPOSED"])("%s is known", (action) => {
    expect(told(parsed({ harvest_action: action }))).toEqual([]);
  });

  it.each(["", "None", "full_close", "PARTIAL_25 "])("%j is kept as it is, and told", (action) => {
    const one = parsed({ harvest_action: action });

    expect(one.action).toEqual({ known: action });
    expect(told(one)).toEqual([`proposes ${JSON.stringify(action)}`]);
  });

  it("that is absent is unknown", () => {
    expect(parsed({ harvest_action: undefined }).action).toEqual({ unknown: `${KEY} has no field harvest_action` });
  });
});

describe("the time of an update", () => {
  it.each([
    ["2026-03-01T11:59:30", 30],
    ["2026-03-01T11:59:30.500000", 29.5],
    ["2026-03-01 11:59:30", 30],
    ["2026-03-01T11:59:30Z", 30],
    ["2026-03-01T12:59:30.5+01:00", 29.5],
    ["2026-03-01T11:59", 60],
  ])("%s is UTC where it has no zone", (iso, ageSec) => {
    const one = parsed({ last_update_epoch: undefined, computed_at_utc: iso });

    expect(one.updatedAt).toEqual({ known: NOON / 1000 - ageSec });
  });

  it.each(["", "None", "yesterday", "2026-13-01T00:00:00", "1768784101"])("%j is no time, and told", (iso) => {
    const one = parsed({ last_update_epoch: undefined, computed_at_utc: iso });

    expect(told(one)).toEqual([`field computed_at_utc is no time: ${JSON.stringify(iso)}`]);
  });

  it("goes by the epoch where both are there", () => {
    expect(parsed({ computed_at_utc: "None" }).updatedAt).toEqual({ known: NOON / 1000 });
  });

  it.each([String(NOON), "7", String(NOON / 1000 + 61)])("%s cannot be epoch seconds of the past", (epoch) => {
    const one = parsed({ last_update_epoch: epoch });

    expect(told(one)).toEqual([`was updated at ${Number(epoch)}, which cannot be epoch seconds of the past`]);
  });

  it("is unknown where neither writer left one", () => {
    const one = parsed({ last_update_epoch: undefined, computed_at_utc: undefined });

    expect(one.updatedAt).toEqual({ unknown: `${KEY} has neither last_update_epoch nor computed_at_utc` });
    expect(told(one)).toEqual([]);
  });
});

it("reads times without zone as UTC in every zone", () => {
  const before = process.env["TZ"];
  process.env["TZ"] = "Asia/Tokyo";

  const one = parsed({ last_update_epoch: undefined, computed_at_utc: "2026-03-01T12:00:00" });

  if (before === undefined) delete process.env["TZ"];
  else process.env["TZ"] = before;
  expect(one.updatedAt).toEqual({ known: NOON / 1000 });
});

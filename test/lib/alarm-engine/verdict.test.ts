import type { MissingData, Slot, State } from "../../../lib/alarm-engine/state";
import { verdict } from "../../../lib/alarm-engine/verdict";

const MODES: readonly MissingData[] = ["missing", "ignore", "breaching", "notBreaching"];
const BEFORE: readonly State[] = ["OK", "ALARM", "INSUFFICIENT_DATA"];

const slots = (data: string): Slot[] => data.split(" ").map((one) => (one === "-" ? null : one === "X"));

/** Verdicts in the order of MODES; "retain" keeps the state so far, "?" is what CloudWatch does not document. */
type Row = readonly [window: string, data: string, verdicts: string];

const ALWAYS_OK = "OK OK OK OK";
const ALWAYS_ALARM = "ALARM ALARM ALARM ALARM";

const DOCUMENTED: readonly Row[] = [
  ["3/3", "0 - X - X", ALWAYS_OK],
  ["3/3", "0 - - - -", ALWAYS_OK],
  ["3/3", "- - - - -", "INSUFFICIENT_DATA retain ALARM OK"],
  ["3/3", "0 X X - X", ALWAYS_ALARM],
  ["3/3", "- - X - -", "ALARM retain ALARM OK"],
  ["2/3", "0 - X - X", ALWAYS_ALARM],
  ["2/3", "0 0 X 0 X", ALWAYS_ALARM],
  ["2/3", "0 - X - -", "OK OK ALARM OK"],
  ["2/3", "- - - - 0", "OK OK ALARM OK"],
  ["2/3", "- - - X -", "ALARM retain ALARM OK"],
];

const FURTHER: readonly Row[] = [
  ["3/3", "- - - - X", "? ? ALARM OK"],
  ["3/3", "- - - X -", "? ? ALARM OK"],
  ["3/3", "- - - X 0", ALWAYS_OK],
  ["3/3", "- - X - 0", ALWAYS_OK],
  ["3/3", "X - - - X", "? ? ALARM OK"],
  ["3/3", "X X - - -", "? ? ALARM OK"],
  ["3/3", "- X - - -", "? ? ALARM OK"],
  ["3/3", "X - - - -", "? ? ALARM OK"],
  ["3/3", "0 X - - -", "? ? OK OK"],
  ["2/3", "- - - - X", "? ? ALARM OK"],
  ["2/3", "X - - - X", ALWAYS_ALARM],
  ["2/3", "X X - - -", ALWAYS_ALARM],
  ["2/3", "- - - X 0", "OK OK ALARM OK"],
  ["2/3", "- - X - 0", "OK OK ALARM OK"],
  ["2/3", "0 X - - -", "OK OK ALARM OK"],
  ["1/1", "- - -", "INSUFFICIENT_DATA retain ALARM OK"],
];

/** Enough real data reach back over the gaps, so that the mode does not matter. */
const REACHING_BACK: readonly Row[] = [
  ["3/3", "0 X X - -", ALWAYS_OK],
  ["3/3", "- - 0 X X", ALWAYS_OK],
  ["3/3", "X X 0 - -", ALWAYS_OK],
  ["3/3", "0 0 X - -", ALWAYS_OK],
  ["3/3", "- X X X -", ALWAYS_ALARM],
  ["2/3", "0 X X - -", ALWAYS_ALARM],
  ["2/3", "- - 0 X X", ALWAYS_ALARM],
  ["2/3", "X X 0 - -", ALWAYS_ALARM],
  ["2/3", "0 0 X - -", ALWAYS_OK],
  ["1/1", "0 - -", ALWAYS_OK],
  ["1/1", "X - -", ALWAYS_ALARM],
  ["1/1", "X 0 -", ALWAYS_OK],
  ["1/1", "0 X -", ALWAYS_ALARM],
];

const cases = (rows: readonly Row[]) =>
  rows.flatMap(([window, data, verdicts]) =>
    verdicts.split(" ").flatMap((expected, place) => {
      const mode = MODES[place] as MissingData;
      return expected === "?" ? [] : BEFORE.map((before) => ({ window, data, mode, before, expected }));
    }),
  );

describe.each([
  ["the tables of the guide", DOCUMENTED],
  ["what follows from its rules", FURTHER],
  ["data from farther back", REACHING_BACK],
])("the verdict by %s", (_, rows) => {
  it.each(cases(rows))(
    "$window of $data, $mode, after $before: $expected",
    ({ window, data, mode, before, expected }) => {
      const [datapointsToAlarm, evaluationPeriods] = window.split("/").map(Number) as [number, number];

      const { state } = verdict(slots(data), { datapointsToAlarm, evaluationPeriods }, mode, before);

      expect(state).toBe(expected === "retain" ? before : expected);
    },
  );
});

describe("missing data", () => {
  it.each([
    ["0 - X - X", 0],
    ["0 - - - -", 2],
    ["- - - - -", 3],
    ["0 X X - X", 0],
    ["- - X - -", 2],
  ])("of %s are filled in %i times, as few as possible", (data, expected) => {
    const window = { datapointsToAlarm: 3, evaluationPeriods: 3 };

    const { filled } = verdict(slots(data), window, "breaching", "OK");

    expect(filled).toBe(expected);
  });
});

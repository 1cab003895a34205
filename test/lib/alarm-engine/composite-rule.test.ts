import { childrenOf, isTrue, parseRule } from "../../../lib/alarm-engine/composite-rule";
import type { State } from "../../../lib/alarm-engine/state";
import { ConfigError } from "../../../lib/errors";

const STATES: Readonly<Record<string, State>> = {
  a: "ALARM",
  b: "ALARM",
  o: "OK",
  i: "INSUFFICIENT_DATA",
  "with space": "ALARM",
  'with "quote"': "ALARM",
  "with (brackets), and comma": "ALARM",
  "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a": "ALARM",
};

const stateOf = (child: string): State => {
  const state = STATES[child];
  if (state === undefined) throw new Error(`no child ${child}`);
  return state;
};

describe("a composite's rule", () => {
  it.each([
    ["ALARM(a)", true],
    ["OK(a)", false],
    ["OK(o)", true],
    ["INSUFFICIENT_DATA(i)", true],
    ["TRUE", true],
    ["FALSE", false],
    ["NOT ALARM(a)", false],
    ["NOT (OK(a))", true],
    ["NOT NOT ALARM(a)", true],
    ["ALARM(a) AND ALARM(o)", false],
    ["ALARM(a) OR ALARM(o)", true],
    ["ALARM(a) OR ALARM(b) AND ALARM(o)", true],
    ["(ALARM(a) OR ALARM(b)) AND ALARM(o)", false],
    ["NOT ALARM(o) AND ALARM(a)", true],
    ['ALARM("with space")', true],
    [String.raw`ALARM("with \"quote\"")`, true],
    ['ALARM("with (brackets), and comma")', true],
    ['(ALARM("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a") OR (NOT (OK("o"))))', true],
    ["AT_LEAST(2, ALARM, (a, b, o))", true],
    ["AT_LEAST(3, ALARM, (a, b, o))", false],
    ["AT_LEAST(2, NOT ALARM, (a, o, i))", true],
    ["AT_LEAST(3, NOT OK, (a, o, i))", false],
    ["AT_LEAST(2, NOT INSUFFICIENT_DATA, (a, o, i))", true],
    ['AT_LEAST(1, OK, ("o")) AND TRUE', true],
  ])("%s is %s", (text, expected) => {
    expect(isTrue(parseRule(text), stateOf)).toBe(expected);
  });

  it("names its children as they are written", () => {
    const rule = parseRule('NOT (OK(a) OR ALARM("with space")) AND AT_LEAST(1, OK, (o, i)) OR FALSE');

    expect(childrenOf(rule)).toEqual(["a", "with space", "o", "i"]);
  });

  it.each([
    ["ALARM(a", "unexpected"],
    ["ALARM()", "unexpected"],
    ["ALARM(with space)", "unexpected"],
    ["BROKEN(a)", "unexpected"],
    ["ALARM(a) ALARM(b)", "unexpected"],
    ["AT_LEAST(50%, ALARM, (a, b))", "how CloudWatch rounds a percentage is not documented"],
    ["AT_LEAST(some, ALARM, (a, b))", "unexpected"],
    ['ALARM("a)', "cannot read"],
    ["", "unexpected"],
  ])("is refused where it is none: %s", (text, says) => {
    const refused = () => parseRule(text);

    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(says);
  });
});

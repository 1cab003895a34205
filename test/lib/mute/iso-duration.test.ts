import { isoDuration, readIsoDuration } from "../../../lib/mute/iso-duration";

test.each([
  [60, "PT1M"],
  [5400, "PT1H30M"],
  [28_800, "PT8H"],
  [86_400, "P1D"],
  [216_000, "P2DT12H"],
  [15 * 86_400, "P15D"],
])("%i s are %s, and back", (seconds, text) => {
  const written = isoDuration(seconds);

  expect(written).toBe(text);
  expect(readIsoDuration(written)).toBe(seconds);
});

test.each(["", "P", "PT", "P1DT", "8h", "PT8", "P1W", "P1M", "-PT1H", "PT1.5H"])("%j is none", (text) => {
  expect(readIsoDuration(text)).toBeUndefined();
});

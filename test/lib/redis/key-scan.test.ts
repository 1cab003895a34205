import { KEYS_A_CALL, MOST_CALLS } from "../../../lib/redis/key-scan";
import { DISCOVERY_INTERVAL_SEC } from "../../../lib/sampler";
import { looksFor } from "../../support/harvest-keys";

const MILLION = 1_000_000;
const BUDGET_SEC = 15 * 60;

it("a look takes 20 calls of 1000 keys, once in 15 s", () => {
  const look = [MOST_CALLS, KEYS_A_CALL, DISCOVERY_INTERVAL_SEC];

  expect(look).toEqual([20, 1000, 15]);
});

it("a full pass over a million keys takes less than 15 minutes", () => {
  const passSec = looksFor(MILLION) * DISCOVERY_INTERVAL_SEC;

  expect(passSec).toBe(750);
  expect(passSec).toBeLessThanOrEqual(BUDGET_SEC);
});

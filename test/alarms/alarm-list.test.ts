import { readFileSync } from "node:fs";

import { ALARM_LIST, alarmList } from "../../local/alarm-list";
import { prod } from "../support/example-environments";

test("the list of alarms is what npm run docs writes", () => {
  const written = readFileSync(ALARM_LIST, "utf8");

  expect(written).toBe(alarmList(prod));
});

test("the list follows an environment's own thresholds, durations and switches", () => {
  const list = alarmList({
    ...prod,
    rules: { QuantumHighFaultRate: { value: 7, for: "10m" }, QuantumFaultSeen: { enabled: false } },
  });

  expect(list).toMatch(/prod-QuantumHighFaultRate .* 10 of 10 x 60 s .* is above 7\n/);
  expect(list).not.toContain("QuantumFaultSeen");
});

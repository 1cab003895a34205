import { boardUrl, consoleUrl, runbookUrl } from "../../../lib/rules/links";
import { alarmName, dashboardName, muteRuleName } from "../../../lib/rules/names";

test("an alarm is named after its environment and its rule, and its label where it has one", () => {
  const names = [
    alarmName("prod", "QuantumSafeModeActive"),
    alarmName("prod", "QuantumSafeModeActive", "BTCUSDT"),
    dashboardName("prod", "quantum-safety"),
  ];

  expect(names).toEqual(["prod-QuantumSafeModeActive", "prod-QuantumSafeModeActive-BTCUSDT", "prod-quantum-safety"]);
});

test("a mute rule is named after its environment and its quiet hours, and counted from the second on", () => {
  expect([muteRuleName("prod", "nightly"), muteRuleName("prod", "nightly", 2)]).toEqual([
    "prod-nightly",
    "prod-nightly-2",
  ]);
});

test.each(["https://docs.example.com/runbooks", "https://docs.example.com/runbooks/"])(
  "the runbook of a rule under %s is its section in its file",
  (runbooks) => {
    const url = runbookUrl(runbooks, { runbook: "safety", name: "QuantumSafeModeActive" });

    expect(url).toBe("https://docs.example.com/runbooks/safety.md#quantumsafemodeactive");
  },
);

test("a board is linked in the console of its region", () => {
  const url = boardUrl("eu-central-1", "prod", "quantum-safety");

  expect(url).toBe(consoleUrl("eu-central-1", "dashboards/dashboard/prod-quantum-safety"));
  expect(new URL(url).host).toBe("eu-central-1.console.aws.amazon.com");
});

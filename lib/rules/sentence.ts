import { inWords } from "./duration";
import type { Operator, Rule } from "./rule";
import type { Window } from "./window";

const IN_WORDS: Readonly<Record<Operator, string>> = {
  ">": "is above",
  ">=": "is at least",
  "<": "is below",
  "<=": "is at most",
  "==": "is",
};

/** The condition as one English sentence, with the window that CloudWatch looks at. */
export function sentence(rule: Rule, { period, periods }: Window): string {
  const { condition } = rule;
  const window = `${periods} of ${periods} periods of ${period} s`;
  switch (condition.kind) {
    case "threshold": {
      const labels = Object.entries(condition.labels).map(([name, value]) => `${name} ${value}`);
      const what = [condition.metric.name, ...(labels.length > 0 ? [`of ${labels.join(", ")}`] : [])].join(" ");
      const said = `Fires when ${what} ${IN_WORDS[condition.operator]} ${condition.value}`;
      return rule.for === "0s" ? `${said} (${window}).` : `${said} for ${inWords(rule.for)} (${window}).`;
    }
    case "silence":
      return `Fires when ${condition.metric.name} is missing for ${inWords(rule.for)} (${window}).`;
  }
}

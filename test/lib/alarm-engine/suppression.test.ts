import { Suppression } from "../../../lib/alarm-engine/suppression";
import type { State } from "../../../lib/alarm-engine/state";

interface Vector {
  readonly told: string;
  /** State changes of the composite (C) and its suppressor (S) at a time. */
  readonly changes: Readonly<Record<number, readonly ["C" | "S", State]>>;
  readonly before: State;
  /** When actions are taken, and for which state. */
  readonly acts: readonly (readonly [at: number, state: State])[];
  /** What suppresses after each time. */
  readonly by: string;
}

// The worked examples of the guide ("Alarm suppression"), with a wait of 2 and an extension of 3.
const VECTORS: readonly Vector[] = [
  {
    told: "a wait over which the suppressor stays quiet ends in the action",
    changes: { 2: ["C", "ALARM"] },
    before: "OK",
    acts: [[4, "ALARM"]],
    by: "- - W W - - - - - - - -",
  },
  {
    told: "a suppressor that speaks up during the wait keeps the action back",
    changes: { 2: ["C", "ALARM"], 3: ["S", "ALARM"] },
    before: "OK",
    acts: [],
    by: "- - W A A A A A A A A A",
  },
  {
    told: "a composite that returns during the wait waits anew",
    changes: { 2: ["C", "ALARM"], 3: ["C", "OK"] },
    before: "OK",
    acts: [[5, "OK"]],
    by: "- - W W W - - - - - - -",
  },
  {
    told: "a suppressor that has spoken already keeps the action back at once",
    changes: { 2: ["C", "ALARM"] },
    before: "ALARM",
    acts: [],
    by: "A A A A A A A A A A A A",
  },
  {
    told: "after the suppressor fell silent the extension ends in the action",
    changes: { 2: ["C", "ALARM"], 3: ["S", "ALARM"], 6: ["S", "OK"] },
    before: "OK",
    acts: [[9, "ALARM"]],
    by: "- - W A A A E E E - - -",
  },
  {
    told: "a change during the extension drops it for a new wait",
    changes: { 2: ["C", "ALARM"], 3: ["S", "ALARM"], 6: ["S", "OK"], 7: ["C", "OK"] },
    before: "OK",
    acts: [[9, "OK"]],
    by: "- - W A A A E W W - - -",
  },
];

describe("suppression", () => {
  it.each(VECTORS)("$told", ({ changes, before, acts, by }) => {
    const suppression = new Suppression({ name: "S", wait: 2, extension: 3 }, before);
    let composite: State = "OK";
    const acted: [number, State][] = [];
    const suppressed: string[] = [];

    for (let now = 0; now < 12; now++) {
      const at = suppression.due(now);
      if (at !== undefined) acted.push([at, composite]);
      const [who, state] = changes[now] ?? [];
      if (who === "S" && state !== undefined) suppression.suppressorIs(state, now);
      if (who === "C" && state !== undefined) {
        composite = state;
        suppression.changed(now);
      }
      suppressed.push(suppression.suppressedBy?.charAt(0) ?? "-");
    }

    expect({ acted, by: suppressed.join(" ") }).toEqual({ acted: acts, by });
  });

  it("that ends without a change of the composite has nothing to tell", () => {
    const suppression = new Suppression({ name: "S", wait: 2, extension: 3 }, "OK");
    suppression.changed(0);
    const told = suppression.due(2);

    suppression.suppressorIs("ALARM", 5);
    suppression.suppressorIs("OK", 7);

    expect([told, suppression.due(10)]).toEqual([2, undefined]);
  });
});

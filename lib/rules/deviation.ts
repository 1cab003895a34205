/**
 * Where an alarm is wanted to differ from Prometheus, and why; test/parity proves that each difference is met and that
 * there is no other.
 */
export type Deviation = { readonly why: string } & (
  | {
      /** Without data it goes on firing; Prometheus ends the alert with the series. */
      readonly kind: "keepsWithoutData";
    }
  | {
      /** Judged by its own condition, it fires before Prometheus does, by so many seconds at most. */
      readonly kind: "earlier";
      readonly bySec: number;
    }
  | {
      /** It goes on firing for up to so many seconds after Prometheus has ended the alert. */
      readonly kind: "endsLater";
      readonly bySec: number;
    }
  | {
      /** It waits for the rule that may keep it quiet, and is not told where that one speaks up meanwhile. */
      readonly kind: "waits";
    }
  | {
      /** A rule that keeps it quiet tells in its place: later, or not at all where it is over by then. */
      readonly kind: "leftToAnother";
    }
  | {
      /** What the old expression reads is not published; another metric tells the same. */
      readonly kind: "readsAnother";
    }
);

export type DeviationKind = Deviation["kind"];

/** The deviation of this kind that a rule declares. */
export function deviationOf<Kind extends DeviationKind>(
  { deviations = [] }: { readonly deviations?: readonly Deviation[] },
  kind: Kind,
): Extract<Deviation, { kind: Kind }> | undefined {
  return deviations.find((one): one is Extract<Deviation, { kind: Kind }> => one.kind === kind);
}

/** Of every rule that keeps its state. */
export const keepsWithoutData: Deviation = {
  kind: "keepsWithoutData",
  why: "Without data it keeps its state, where Prometheus ends the alert with its series: what was wrong is not known to be well.",
};

/** Of every rule that has a suppressor. */
export const waits: Deviation = {
  kind: "waits",
  why: "It is told later by the wait for the rule that may keep it quiet, and not at all where that one speaks up meanwhile.",
};

import type { Judged } from "./deployed";
import type { Length } from "./episodes";
import type { Told } from "./side";
import type { Interval } from "./track";

/** What both sides made of one story: when their alarms fired, and when the acting one told. */
export interface Sides extends Pick<Judged, "inner" | "suppressor" | "flag" | "others" | "pages"> {
  readonly prometheus: readonly Interval[];
  /** By each rule that may keep it quiet: its alert. */
  readonly inhibitors: readonly (readonly Interval[])[];
}

/** Who told of an episode. */
export type Outcome = "both" | "only ours" | "only Prometheus's" | "none";

/** Episodes of both sides that belong together. */
export interface Group extends Interval {
  readonly length: Length;
  readonly ours: readonly Told[];
  readonly prometheus: readonly Told[];
}

/** Every alarm that told of one of the episodes. */
export const alarmsOf = (told: readonly Told[]): Interval[] => told.flatMap(({ alarms }) => alarms);

/** Which sides told of a group. */
export function outcomeOf({ ours, prometheus }: Group): Outcome {
  const [isOurs, isTheirs] = [alarmsOf(ours).length > 0, alarmsOf(prometheus).length > 0];
  if (isOurs) return isTheirs ? "both" : "only ours";
  return isTheirs ? "only Prometheus's" : "none";
}

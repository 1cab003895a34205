import { metric, type Sample, sample } from "../metric";

export const pagingDrill = metric({
  name: "quantum_paging_drill",
  unit: "Seconds",
  tier: "alarmed",
  resolution: 60,
  help: "epoch seconds at which a drill was begun; its alarm travels the whole way to people",
});

export const timeToPage = metric({
  name: "quantum_paging_time_to_page_seconds",
  unit: "Seconds",
  tier: "alarmed",
  resolution: 60,
  help: "from the last drill's beginning until every channel had told it; while one is overdue, the time since it was due at the latest, which is a minute after its time",
});

export const lastDrill = metric({
  name: "quantum_paging_last_drill",
  unit: "Seconds",
  tier: "alarmed",
  resolution: 60,
  read: "Minimum",
  help: "epoch seconds at which the drill was begun that was told last, 0 before the first: which one the time to page is of",
});

/** What the paging says of itself. */
export const pagingMetrics = [pagingDrill, timeToPage, lastDrill] as const;

/** How long paging took, with the drill that it is of: both stand in each minute that has one of them. */
export const drillSamples = (seconds: number, begun: number, at: Date): Sample[] => [
  sample(timeToPage, seconds, at),
  sample(lastDrill, begun / 1000, at),
];

import { metric } from "../metric";

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
  help: "from the last drill's beginning until every channel had told it; while one is overdue, the time since it was due",
});

/** What the paging says of itself. */
export const pagingMetrics = [pagingDrill, timeToPage] as const;

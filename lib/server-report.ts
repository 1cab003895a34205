import type { Report } from "./exporter";
import { metric, sample } from "./metric";

export const serverUp = metric({
  name: "redis_up",
  unit: "None",
  tier: "alarmed",
  read: "Minimum",
  help: "1 if Redis answered this sample, else 0",
});

/** What the redis family says of itself: a value with every sample, also while Redis is down. */
export const serverReport: Report = {
  metrics: [serverUp],
  samples: ({ at, health }) => [sample(serverUp, health.isUp ? 1 : 0, at)],
};

import type { Report } from "../exporter";
import { metric, sample } from "../metric";

export const harvestExporterUp = metric({
  name: "quantum_harvest_exporter_up",
  unit: "None",
  tier: "alarmed",
  help: "1 with every sample of the harvest, also while Redis is down: the heartbeat of who reads the proposals",
});

/** The harvest family's own metric. */
export const harvestReport: Report = {
  metrics: [harvestExporterUp],
  samples: ({ at }) => [sample(harvestExporterUp, 1, at)],
};

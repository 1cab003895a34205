import {
  groupConsumers,
  groupLag,
  groupLost,
  groupMissing,
  groupOldestPending,
  groupPending,
  groupStuck,
  streamAge,
  streamGroups,
  streamLength,
  streamMissing,
} from "../lib/collectors/streams";
import { eachFound, type Panel } from "./board";
import { lagBands, oldestPendingBands } from "./rule-values";

/** Whether those who read the streams keep up. */
export const groupPanels: readonly Panel[] = [
  {
    kind: "graph",
    title: "Groups: entries undelivered",
    series: [eachFound(groupLag)],
    period: 60,
    bands: lagBands,
    place: { x: 0, y: 14, width: 6, height: 6 },
  },
  {
    kind: "graph",
    title: "Groups: unacknowledged, and left by the dead",
    series: [eachFound(groupPending), eachFound(groupStuck)],
    period: 60,
    bands: lagBands,
    place: { x: 6, y: 14, width: 6, height: 6 },
  },
  {
    kind: "graph",
    title: "Groups: oldest unacknowledged",
    series: [eachFound(groupOldestPending)],
    period: 60,
    bands: oldestPendingBands,
    place: { x: 12, y: 14, width: 6, height: 6 },
  },
  {
    kind: "graph",
    title: "Groups: entries lost (1), group missing (1)",
    series: [eachFound(groupLost), eachFound(groupMissing)],
    period: 60,
    max: 1,
    place: { x: 18, y: 14, width: 6, height: 6 },
  },
];

/** The streams themselves. */
export const streamPanels: readonly Panel[] = [
  {
    kind: "graph",
    title: "Streams: entries",
    series: [eachFound(streamLength)],
    period: 60,
    place: { x: 0, y: 38, width: 6, height: 6 },
  },
  {
    kind: "graph",
    title: "Streams: time since the last entry",
    series: [eachFound(streamAge)],
    period: 60,
    place: { x: 6, y: 38, width: 6, height: 6 },
  },
  {
    kind: "graph",
    title: "Streams: groups and consumers",
    series: [eachFound(streamGroups), eachFound(groupConsumers, { axis: "right" })],
    period: 60,
    place: { x: 12, y: 38, width: 6, height: 6 },
  },
  {
    kind: "graph",
    title: "Streams: missing (1)",
    series: [eachFound(streamMissing)],
    period: 60,
    max: 1,
    place: { x: 18, y: 38, width: 6, height: 6 },
  },
];

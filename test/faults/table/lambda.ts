import { faultsOf } from "../fault";

/** A fault of a whole minute of a run, which the next minute's run makes good. */
const MINUTES = { events: [0, 60], begin: 37, end: 52, last: 90 };
const CLOCK = "its times are those of a clock that is wrong";
const TWO = "two runs take the same slots, each its own samples";

/** What AWS does to the function: frozen, killed, doubled, late; and a clock that is wrong. */
export const lambda = faultsOf("lambda", [
  {
    name: "the sandbox is frozen for 12 s within a run",
    isShort: true,
    plan: { events: [0], begin: 27, end: 39, last: 75 },
    begin: ({ lambda: one }) => one.freeze(),
    end: ({ lambda: one }) => one.thaw(),
    loses: ["counted in the log"],
  },
  {
    name: "the sandbox is frozen for 25 s within a run",
    plan: { events: [0], begin: 22, end: 47, last: 75 },
    begin: ({ lambda: one }) => one.freeze(),
    end: ({ lambda: one }) => one.thaw(),
    loses: ["counted in the log"],
  },
  {
    name: "the sandbox is frozen for two minutes between runs, and its connection is ended meanwhile",
    plan: { events: [0, 180], begin: 86, end: 178, last: 225 },
    begin: async ({ lambda: one, proxy }) => {
      one.freeze();
      proxy.cuts();
    },
    end: ({ lambda: one }) => one.thaw(),
    loses: ["told by Lambda"],
  },
  {
    name: "the sandbox is frozen for two minutes between runs, and its connection is dead",
    plan: { events: [0, 180], begin: 86, end: 178, last: 225 },
    begin: async ({ lambda: one, proxy }) => {
      one.freeze();
      await proxy.breaks({ swallows: "all" });
      proxy.forgets();
      await proxy.mends();
    },
    end: ({ lambda: one }) => one.thaw(),
    loses: ["told by Lambda"],
  },
  {
    name: "the process is killed within a run",
    isShort: true,
    // Over when the next run's new process is there, which on a busy machine is after its first slot.
    plan: { events: [0, 60], begin: 37, end: 67, last: 105 },
    begin: ({ lambda: one }) => one.kill(),
    end: () => undefined,
    loses: ["told by Lambda"],
  },
  {
    name: "every event comes twice",
    isShort: true,
    plan: { events: [0, 60], begin: 52, end: 67, last: 90 },
    begin: ({ lambda: one }) => {
      one.copies = 2;
    },
    end: () => undefined,
    mayDouble: TWO,
  },
  {
    name: "an event comes 40 s late",
    plan: { events: [0, 60, 120], begin: 52, end: 110, last: 180 },
    begin: ({ lambda: one }) => {
      one.lateMs = 40_000;
    },
    end: ({ lambda: one }) => {
      one.lateMs = 0;
    },
    mayDouble: TWO,
    loses: ["told by Lambda"],
  },
  {
    name: "an event comes 100 s late",
    plan: { events: [0, 60, 180], begin: 52, end: 170, last: 240 },
    begin: ({ lambda: one }) => {
      one.lateMs = 100_000;
    },
    end: ({ lambda: one }) => {
      one.lateMs = 0;
    },
    loses: ["counted in the log"],
  },
  {
    name: "no event comes for two minutes",
    plan: { events: [0, 180], begin: 76, end: 170, last: 240 },
    begin: () => undefined,
    end: () => undefined,
    loses: ["told by Lambda"],
  },
  {
    name: "the clock jumps ahead by 4 s",
    isShort: true,
    begin: ({ lambda: one }) => one.setClock(4000),
    end: ({ lambda: one }) => one.setClock(0),
    isUnjudged: CLOCK,
    mayDouble: CLOCK,
  },
  {
    name: "the clock jumps ahead by a minute",
    plan: MINUTES,
    begin: ({ lambda: one }) => one.setClock(60_000),
    end: ({ lambda: one }) => one.setClock(0),
    isUnjudged: CLOCK,
    mayDouble: CLOCK,
    loses: ["counted in the log"],
  },
  {
    name: "the clock jumps back by 4 s",
    begin: ({ lambda: one }) => one.setClock(-4000),
    end: ({ lambda: one }) => one.setClock(0),
    isUnjudged: CLOCK,
    mayDouble: CLOCK,
  },
  {
    name: "the clock jumps back by a minute",
    plan: MINUTES,
    begin: ({ lambda: one }) => one.setClock(-60_000),
    end: ({ lambda: one }) => one.setClock(0),
    isUnjudged: CLOCK,
    mayDouble: CLOCK,
    loses: ["counted in the log"],
  },
  {
    name: "nobody takes what is written for 28 s",
    begin: ({ lambda: one }) => one.holdOutput(true),
    end: ({ lambda: one }) => one.holdOutput(false),
  },
]);

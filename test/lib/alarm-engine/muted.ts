import type { MuteRule } from "../../../lib/alarm-engine/definition";
import { muteRule } from "../../../lib/alarm-engine/mute-rule";
import type { Properties } from "../../../lib/alarm-engine/property-reader";
import { at, every } from "./recorded";

/** Actions for every state. */
export const ACTIONS = { AlarmActions: ["page"], OKActions: ["page"], InsufficientDataActions: ["page"] };

/** Mutes A every day from 10:10 to 10:30. */
export const mute = (schedule: Properties = {}, properties: Properties = {}): MuteRule =>
  muteRule({
    Name: "quiet",
    Rule: { Schedule: { Expression: "cron(10 10 * * *)", Duration: "PT20M", ...schedule } },
    MuteTargets: { AlarmNames: ["A"] },
    ...properties,
  });

/** A value a minute, from 9:50 to 11:00: 1 in the spans, else 0. */
export const breaching = (...spans: readonly (readonly [from: string, to: string])[]): [number, number][] =>
  every(60, "09:50", "11:00", 0).map(([t]) => [t, spans.some(([from, to]) => t >= at(from) && t < at(to)) ? 1 : 0]);

/** What is played of it. */
export const STRETCH = { start: at("09:55"), end: at("11:00") };

/** Notices as "10:30:00 ALARM". */
export const notified = (notices: readonly { readonly t: number; readonly state: string }[]): string[] =>
  notices.map(({ t, state }) => `${new Date(t * 1000).toISOString().slice(11, 19)} ${state}`);

import { renderPagerduty } from "../../lib/notify/channels/pagerduty";
import { renderSlack, renderSlackGroup } from "../../lib/notify/channels/slack-blocks";
import { type Json, JsonReader } from "../../lib/notify/json-reader";
import type { Message } from "../../lib/notify/message";
import { type Palette, printable } from "../terminal";

/** A page in Slack as a person reads it there, from the blocks that are sent; links by their names. */
export function slackSeen(message: Message, colour: Palette, hasAddresses = false): string[] {
  const lines = blocksSeen(renderSlack(message), message.kind === "over", colour);
  return hasAddresses ? [...lines, ...linksSeen(message, colour)] : lines;
}

/** The same of several alarms in one message. */
export function slackGroupSeen(messages: readonly Message[], colour: Palette): string[] {
  const isOver = messages.every(({ kind }) => kind === "over");
  return blocksSeen(renderSlackGroup(messages), isOver, colour);
}

function blocksSeen(body: object, isOver: boolean, colour: Palette): string[] {
  const blocks = new JsonReader(body).list("blocks").map((block) => new JsonReader(block));
  const [head = "", ...texts] = blocks.map((block) => {
    const sections = block.list("elements").flatMap((section) => new JsonReader(section).list("elements"));
    return block.text("text", "text") ?? sections.map((one) => elementSeen(one, colour)).join("");
  });
  const headline = isOver ? colour.good(printable(head)) : colour.bad(printable(head));
  return [headline, ...texts.flatMap((text) => text.split("\n"))];
}

function elementSeen(element: Json, colour: Palette): string {
  const read = new JsonReader(element);
  // The only control character in a block is the end of a line of ours.
  const text = (read.text("text") ?? "").split("\n").map(printable).join("\n");
  if (read.at("style", "bold") === true) return colour.dim(text);
  return text;
}

const linksSeen = ({ links }: Message, colour: Palette): string[] =>
  links.map(({ name, url }) => colour.dim(`  ${name}: ${url}`));

/** An event of PagerDuty's as its incident shows it: what is open, its details, and how it ends. */
export function pagerdutySeen(message: Message, colour: Palette): string[] {
  if (message.kind === "over") {
    const key = new JsonReader(renderPagerduty(message, "resolve")).text("dedup_key") ?? "";
    return [colour.good(`resolves the incident ${printable(key)}`)];
  }
  const event = new JsonReader(renderPagerduty(message, "trigger"));
  const text = (...path: string[]): string => printable(event.text(...path) ?? "");
  const details = new JsonReader(event.at("payload", "custom_details")).entries();
  return [
    colour.bad(`${text("payload", "severity")}: ${text("payload", "summary")}`),
    `source ${text("payload", "source")}, since ${text("payload", "timestamp")}`,
    ...details.map(([name, value]) => `${colour.dim(`${name}:`)} ${printable(String(value))}`),
    ...linksSeen(message, colour),
  ];
}

/** JSON as a program reads it, with its members on lines of their own. */
export const jsonSeen = (body: object): string[] => JSON.stringify(body, undefined, 2).split("\n").map(printable);

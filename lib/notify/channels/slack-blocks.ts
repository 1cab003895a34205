import { cut, slackText } from "../escape";
import { groupTitle } from "../group-title";
import type { Message } from "../message";

/** Limits of Block Kit: characters of a header, and of one text. */
const MAX_HEADER = 150;
const MAX_TEXT = 3000;
/** Far below the 50 blocks of a message: a page is read on a telephone. */
const MAX_FACTS = 12;
/** Ten alarms in one message are as long as two alone. */
const MAX_IN_GROUP = 200;

/**
 * A message as Slack takes it. Text from outside stands in plain text and in elements of rich text only, in which Slack
 * looks for no markup, link or mention; the line for notifications is escaped and its parsing switched off.
 */
export function renderSlack(message: Message): Readonly<Record<string, unknown>> {
  return inBlocks(message.title, [header(`${SIGNS[message.kind]} ${message.title}`), said(message), ...links(message)]);
}

/** Several alarms in one message: a title that counts and names them, a section each, and what the newest knows of all. */
export function renderSlackGroup(messages: readonly Message[], newest?: Message): Readonly<Record<string, unknown>> {
  const [first, ...others] = messages;
  if (first !== undefined && others.length === 0) return renderSlack(first);
  const known = ofAll(newest ?? first);
  const title = groupTitle(messages);
  const sign = messages.every(({ kind }) => kind === "over") ? SIGNS.over : SIGNS.alarm;
  return inBlocks(title, [
    header(`${sign} ${title}`),
    ...messages.flatMap((one) => [inShort(one), ...links(one)]),
    ...known,
  ]);
}

const inBlocks = (text: string, blocks: readonly object[]): Readonly<Record<string, unknown>> => ({
  text: slackText(text),
  mrkdwn: false,
  parse: "none",
  link_names: false,
  unfurl_links: false,
  unfurl_media: false,
  blocks,
});

/** One line of an incident's history, for its thread. */
export function renderSlackLine(message: Message): Readonly<Record<string, unknown>> {
  const value = message.facts.find(({ name }) => name === "Value")?.value;
  const text = [message.title, ...(value === undefined ? [] : [value])].join(" – ");
  return inBlocks(text, [richText([plain(text)])]);
}

const SIGNS = { alarm: "🔴", reminder: "🔴", over: "🟢" } as const;

function header(text: string): object {
  return { type: "header", text: { type: "plain_text", text: cut(text, MAX_HEADER), emoji: false } };
}

const richText = (elements: readonly object[]): object => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements }],
});

const plain = (text: string): object => ({ type: "text", text: cut(text, MAX_TEXT) });
const bold = (text: string): object => ({ type: "text", text, style: { bold: true } });

function said({ why, firstStep, facts, notes, kind }: Message): object {
  const lines = [
    { name: "Why", value: why },
    ...(kind === "over" ? [] : [{ name: "First step", value: firstStep }]),
    ...facts.slice(0, MAX_FACTS),
    ...notes.map((note) => ({ name: "Note", value: note })),
  ];
  return richText(inLines(lines));
}

const inLines = (lines: Message["facts"]): object[] =>
  lines.flatMap(({ name, value }, place) => [bold(`${place === 0 ? "" : "\n"}${name}: `), plain(value)]);

/** What tells one alarm of a group from the others. */
function inShort({ title, kind, why, firstStep, facts }: Message): object {
  const lines = [
    { name: "Why", value: why },
    ...facts.filter(({ name }) => OWN.has(name)),
    ...(kind === "over" ? [] : [{ name: "First step", value: firstStep }]),
  ];
  return richText([
    bold(cut(`${SIGNS[kind]} ${title}`, MAX_IN_GROUP)),
    ...lines.flatMap((line) => [bold(`\n${line.name}: `), plain(cut(line.value, MAX_IN_GROUP))]),
  ]);
}

/** Facts of one alarm alone. */
const OWN = new Set(["Since", "Lasted", "Value", "Contributor"]);

function ofAll(newest: Message | undefined): object[] {
  if (newest === undefined) return [];
  const { facts, notes } = newest;
  const lines = [
    ...facts.filter(({ name }) => !OWN.has(name)).slice(0, MAX_FACTS),
    ...notes.map((value) => ({ name: "Note", value })),
  ];
  return lines.length === 0 ? [] : [richText(inLines(lines))];
}

function links({ links: all }: Message): object[] {
  if (all.length === 0) return [];
  const elements = all.flatMap(({ name, url }, place) => [
    ...(place === 0 ? [] : [plain(" · ")]),
    { type: "link", url, text: name },
  ]);
  return [richText(elements)];
}

import { cut, slackText } from "../escape";
import type { Message } from "../message";

/** Limits of Block Kit: characters of a header, and of one text. */
const MAX_HEADER = 150;
const MAX_TEXT = 3000;
/** Far below the 50 blocks of a message: a page is read on a telephone. */
const MAX_FACTS = 12;

/**
 * A message as Slack takes it. Text from outside stands in plain text and in elements of rich text only, in which Slack
 * looks for no markup, link or mention; the line for notifications is escaped and its parsing switched off.
 */
export function renderSlack(message: Message): Readonly<Record<string, unknown>> {
  return {
    text: slackText(message.title),
    mrkdwn: false,
    parse: "none",
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [header(message), said(message), links(message)],
  };
}

/** One line of an incident's history, for its thread. */
export function renderSlackLine(message: Message): Readonly<Record<string, unknown>> {
  const value = message.facts.find(({ name }) => name === "Value")?.value;
  const text = [message.title, ...(value === undefined ? [] : [value])].join(" – ");
  return {
    text: slackText(text),
    mrkdwn: false,
    parse: "none",
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [{ type: "rich_text", elements: [{ type: "rich_text_section", elements: [plain(text)] }] }],
  };
}

const SIGNS = { alarm: "🔴", reminder: "🔴", over: "🟢" } as const;

function header({ title, kind }: Message): object {
  return {
    type: "header",
    text: { type: "plain_text", text: cut(`${SIGNS[kind]} ${title}`, MAX_HEADER), emoji: false },
  };
}

const plain = (text: string): object => ({ type: "text", text: cut(text, MAX_TEXT) });
const bold = (text: string): object => ({ type: "text", text, style: { bold: true } });

function said({ why, firstStep, facts, notes, kind }: Message): object {
  const lines = [
    { name: "Why", value: why },
    ...(kind === "over" ? [] : [{ name: "First step", value: firstStep }]),
    ...facts.slice(0, MAX_FACTS),
    ...notes.map((note) => ({ name: "Note", value: note })),
  ];
  const elements = lines.flatMap(({ name, value }, place) => [
    bold(`${place === 0 ? "" : "\n"}${name}: `),
    plain(value),
  ]);
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements }] };
}

function links({ links: all }: Message): object {
  const elements = all.flatMap(({ name, url }, place) => [
    ...(place === 0 ? [] : [plain(" · ")]),
    { type: "link", url, text: name },
  ]);
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements }] };
}

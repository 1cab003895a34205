import { Ajv } from "ajv";

/** Of Block Kit only what takes text from outside without reading markup in it; with Slack's limits. */
const blocks = {
  type: "array",
  minItems: 1,
  maxItems: 50,
  items: {
    oneOf: [
      {
        type: "object",
        additionalProperties: false,
        required: ["type", "text"],
        properties: {
          type: { const: "header" },
          text: {
            type: "object",
            additionalProperties: false,
            required: ["type", "text"],
            properties: {
              type: { const: "plain_text" },
              text: { type: "string", minLength: 1, maxLength: 150 },
              emoji: { type: "boolean" },
            },
          },
        },
      },
      {
        type: "object",
        additionalProperties: false,
        required: ["type", "elements"],
        properties: {
          type: { const: "rich_text" },
          elements: {
            type: "array",
            minItems: 1,
            items: {
              type: "object",
              additionalProperties: false,
              required: ["type", "elements"],
              properties: {
                type: { const: "rich_text_section" },
                elements: { type: "array", minItems: 1, items: { $ref: "#/definitions/element" } },
              },
            },
          },
        },
      },
    ],
  },
};

const element = {
  type: "object",
  additionalProperties: false,
  required: ["type", "text"],
  properties: {
    type: { enum: ["text", "link"] },
    text: { type: "string", minLength: 1, maxLength: 3000 },
    url: { type: "string", pattern: "^https://" },
    style: { type: "object", additionalProperties: false, properties: { bold: { type: "boolean" } } },
  },
};

const schema = (required: readonly string[]): object => ({
  type: "object",
  additionalProperties: false,
  required: ["text", "blocks", ...required],
  definitions: { element },
  properties: {
    channel: { type: "string", pattern: "^C[A-Z0-9]{8,}$" },
    ts: { type: "string" },
    thread_ts: { type: "string" },
    reply_broadcast: { type: "boolean" },
    text: { type: "string", minLength: 1, maxLength: 4000 },
    mrkdwn: { const: false },
    parse: { const: "none" },
    link_names: { const: false },
    unfurl_links: { const: false },
    unfurl_media: { const: false },
    metadata: {
      type: "object",
      additionalProperties: false,
      required: ["event_type", "event_payload"],
      properties: { event_type: { type: "string" }, event_payload: { type: "object" } },
    },
    blocks,
  },
});

const ajv = new Ajv({ strict: false });
/** Bodies of chat.postMessage, of chat.update and of an incoming webhook. */
export const isPost = ajv.compile(schema(["channel"]));
export const isUpdate = ajv.compile(schema(["channel", "ts"]));
export const isHook = ajv.compile(schema([]));

/** An object of just these members, all of them required. */
const exactly = (properties: Readonly<Record<string, object>>): object => ({
  type: "object",
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});
const text = { type: "string", minLength: 1 };

/** Forms of files.getUploadURLExternal, where numbers are text, and of files.completeUploadExternal, its list parsed. */
export const isUploadAddress = ajv.compile(
  exactly({
    filename: text,
    length: { type: "string", pattern: "^[1-9]\\d*$" },
    alt_txt: { ...text, maxLength: 1000 },
  }),
);
export const isComplete = ajv.compile(
  exactly({
    files: { type: "array", minItems: 1, maxItems: 1, items: exactly({ id: text, title: text }) },
    channel_id: { type: "string", pattern: "^C[A-Z0-9]{8,}$" },
    thread_ts: { type: "string", pattern: "^\\d+\\.\\d{6}$" },
  }),
);

import type { Level } from "../log";
import { SEVERITIES, type Severity } from "../rules/severity";
import { VariableReader } from "../variables";
import { JsonReader } from "./json-reader";

/** Every environment variable of the notifier; the stack sets them by these names. */
export const NOTIFY_VARIABLES = [
  "ENVIRONMENT",
  "SERVICE_VERSION",
  "LOG_LEVEL",
  "NOTIFY_CHANNELS",
  "NOTIFY_TABLE",
  "NOTIFY_TOPICS",
  "NOTIFY_LOG_GROUPS",
  "RUNBOOKS",
] as const;

export type NotifyVariable = (typeof NOTIFY_VARIABLES)[number];

interface Common {
  readonly name: string;
  readonly severities: readonly Severity[];
  readonly secretArn: string;
}

/** A channel as it is configured; secrets are named and never stand here. */
export type ChannelConfig = Common &
  (
    | { readonly kind: "slack-webhook" }
    | { readonly kind: "slack-bot"; readonly channel: string; readonly endpoint?: string }
    | { readonly kind: "pagerduty"; readonly endpoint?: string }
    | { readonly kind: "webhook"; readonly url: string }
  );

/** Everything that the notifier needs to know, read once. */
export interface NotifyConfig {
  readonly environment: string;
  readonly version: string;
  readonly logLevel: Level;
  readonly channels: readonly ChannelConfig[];
  readonly table: string;
  readonly topics: readonly string[];
  readonly logGroups: readonly string[];
  readonly runbooks: string;
}

/** Reads the environment variables; throws ConfigError with a sentence for each that cannot be used. */
export function readNotifyConfig(env: Readonly<Record<string, string | undefined>>): NotifyConfig {
  const read = new VariableReader<NotifyVariable>(env);
  const config: NotifyConfig = {
    environment: required(read, "ENVIRONMENT"),
    version: read.text("SERVICE_VERSION", "unknown"),
    logLevel: read.choice("LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR"], "INFO"),
    channels: channelsOf(read),
    table: required(read, "NOTIFY_TABLE"),
    topics: read.list("NOTIFY_TOPICS"),
    logGroups: read.list("NOTIFY_LOG_GROUPS"),
    runbooks: required(read, "RUNBOOKS"),
  };
  if (config.topics.length === 0) read.wrong("NOTIFY_TOPICS", "names no topic, so that nothing would be taken");
  read.check();
  return config;
}

function required(read: VariableReader<NotifyVariable>, name: NotifyVariable): string {
  const text = read.text(name, "");
  if (text === "") read.wrong(name, "is not set");
  return text;
}

function channelsOf(read: VariableReader<NotifyVariable>): ChannelConfig[] {
  const text = read.text("NOTIFY_CHANNELS", "[]");
  const listed = jsonOf(text);
  if (!Array.isArray(listed)) {
    read.wrong("NOTIFY_CHANNELS", "must be a JSON list of channels");
    return [];
  }
  const channels = listed.flatMap((one: unknown, place) => {
    const channel = channelOf(new JsonReader(one));
    if (typeof channel !== "string") return [channel];
    read.wrong("NOTIFY_CHANNELS", `channel ${place + 1} ${channel}`);
    return [];
  });
  const names = channels.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) read.wrong("NOTIFY_CHANNELS", `names ${twice} twice`);
  return channels;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const KINDS = [
  "slack-webhook",
  "slack-bot",
  "pagerduty",
  "webhook",
] as const satisfies readonly ChannelConfig["kind"][];

/** Text over the network goes encrypted; only a test's receiver is on this machine. */
const ADDRESS = /^(https:\/\/|http:\/\/127\.0\.0\.1[:/])/;

/** A channel, or what is wrong with it. */
function channelOf(read: JsonReader): ChannelConfig | string {
  const kind = KINDS.find((one) => one === read.text("kind"));
  const [name, secretArn] = [read.text("name"), read.text("secretArn")];
  const severities = read.list("severities").flatMap((text) => SEVERITIES.filter((one) => one === text));
  if (!name || !/^[\w-]{1,40}$/.test(name)) return "needs a name of letters, digits, - and _";
  if (!secretArn) return "needs a secretArn";
  if (severities.length === 0) return `needs severities of ${SEVERITIES.join(", ")}`;
  const common = { name, severities, secretArn };
  const [endpoint, url, channel] = [read.text("endpoint"), read.text("url"), read.text("channel")];
  if ([endpoint, url].some((address) => address !== undefined && !ADDRESS.test(address)))
    return "needs https addresses";
  const elsewhere = endpoint === undefined ? {} : { endpoint };
  switch (kind) {
    case "slack-webhook":
      return { kind, ...common };
    case "slack-bot":
      return channel ? { kind, ...common, channel, ...elsewhere } : "needs a channel id";
    case "pagerduty":
      return { kind, ...common, ...elsewhere };
    case "webhook":
      return url ? { kind, ...common, url } : "needs a url";
    case undefined:
      return `needs a kind of ${KINDS.join(", ")}`;
  }
}

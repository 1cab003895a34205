import type { Node } from "yaml";

import { secondsOf } from "./times";
import type { Entry, YamlSource } from "./yaml-source";

/** A time that was written, in seconds; throws ConfigError with the place for what is none. */
export function timeFrom(source: YamlSource, node: Node, text: string, what: string): number {
  return secondsOf(text) ?? source.fail(node, `${what} is ${JSON.stringify(text)}, which is no time such as 1m30s`);
}

/** The time that a node holds. */
export function timeIn(source: YamlSource, node: Node, what: string): number {
  return timeFrom(source, node, source.text(node, what), what);
}

/** The time at a key; undefined without the key. */
export function timeOf(source: YamlSource, entry: Entry | undefined): number | undefined {
  return entry && timeIn(source, entry.value, entry.key);
}

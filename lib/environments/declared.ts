import { contractStreams, type DeclaredGroups, keysUnder } from "../redis/keys";
import type { CompleteEnvironment } from "./schema";

type Declaring = Pick<CompleteEnvironment, "streams" | "groups" | "keys">;

/** A stream that has to be there. */
export interface DeclaredStream {
  readonly stream: string;
  /** Whether its absence pages. */
  readonly critical: boolean;
}

/** The streams that an environment names by themselves. */
export const namedStreams = ({ streams }: Pick<Declaring, "streams">): readonly DeclaredStream[] =>
  streams.map((one) => (typeof one === "string" ? { stream: one, critical: false } : one));

/** Every stream that has to be there, once: those that are named, and those of groups that have to be there. */
export function declaredStreams(environment: Declaring): readonly DeclaredStream[] {
  const named = namedStreams(environment);
  const ofGroups = environment.groups
    .filter(({ stream }) => !named.some((one) => one.stream === stream))
    .map(({ stream }) => stream);
  return [...named, ...[...new Set(ofGroups)].map((stream) => ({ stream, critical: false }))];
}

/** The groups that have to be there, by their stream. */
export function declaredGroups({ groups }: Pick<Declaring, "groups">): DeclaredGroups {
  const streams = [...new Set(groups.map(({ stream }) => stream))];
  const of = (stream: string): string[] => groups.filter((one) => one.stream === stream).map(({ group }) => group);
  return Object.fromEntries(streams.map((stream) => [stream, of(stream)]));
}

/** Every stream that is watched, by its whole name. */
export function watchedStreams({ keys, streams }: Declaring): ReadonlySet<string> {
  const named = namedStreams({ streams }).map(({ stream }) => stream);
  return new Set([...contractStreams(keysUnder(keys.prefix, keys.overrides)), ...named]);
}

/** A stream's part of an alarm's name: without what the names of all streams begin with. */
export const streamLabel = ({ keys }: Pick<Declaring, "keys">, stream: string): string =>
  plain(withoutPrefix(stream, `${keys.prefix}stream:`));

/** A group's part of an alarm's name, after its stream's. */
export function groupLabel(
  environment: Pick<Declaring, "keys">,
  { stream, group }: Declaring["groups"][number],
): string {
  const name = plain(withoutPrefix(group, `${environment.keys.prefix}group:`));
  return `${streamLabel(environment, stream)}-${name}`;
}

const withoutPrefix = (name: string, prefix: string): string =>
  name.startsWith(prefix) && name !== prefix ? name.slice(prefix.length) : name;

/** A colon separates the parts of an ARN, and other signs have to be escaped in a link. */
const plain = (name: string): string => name.replaceAll(/[^A-Za-z0-9._-]/g, ".");

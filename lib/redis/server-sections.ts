import { ifKnown, known, type Reading, unknown } from "../reading";
import type { Info, ReadOnly } from "./read-only";
import type { Extract } from "./server-info";

/** Each in an INFO of its own: Redis before 7.0 takes one at a time, and one may be missing or refused alone. */
const SECTIONS = [
  "server",
  "clients",
  "memory",
  "persistence",
  "stats",
  "replication",
  "keyspace",
  "commandstats",
] as const;

export type Section = (typeof SECTIONS)[number];

/** What every primary says in each section; all sections are of one turn, and so in one order of the primaries. */
export type Sections = ReadonlyMap<Section, Reading<readonly Info[]>>;

export async function readSections(redis: Pick<ReadOnly, "info">): Promise<Sections> {
  return new Map(await Promise.all(SECTIONS.map(async (name) => [name, await redis.info(name)] as const)));
}

/** One value a primary, without those that it need not have; unknown where a server does not give it. */
export function valuesIn(sections: Sections, section: Section, extract: Extract): Reading<readonly number[]> {
  return ifKnown(sections.get(section) ?? unknown("not asked"), (infos) => {
    const values = infos.flatMap((info) => extract(info) ?? []);
    return values.some(Number.isNaN) ? unknown(`INFO ${section} does not say`) : known(values);
  });
}

/** What tells one start of each primary from another; undefined where a server does not say. */
export function runIds(sections: Sections): readonly (string | undefined)[] {
  const read = [...sections.values()].flatMap((one) => ("known" in one ? [one.known] : []));
  const server = sections.get("server");
  return (read[0] ?? []).map((_, place) =>
    server && "known" in server ? server.known[place]?.get("run_id") : undefined,
  );
}

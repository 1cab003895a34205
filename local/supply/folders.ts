import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Every file below a folder by its path in it. */
export function filesIn(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map((one) => join(one.parentPath, one.name)).toSorted();
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path)]));
}

/** One hash for a folder's files and their names. */
export function hashOf(files: ReadonlyMap<string, Buffer>): string {
  const hash = createHash("sha256");
  for (const [path, content] of files) hash.update(`${path}\0${content.length}\0`).update(content);
  return hash.digest("hex");
}

/** Says where in the source each resource was made, with the folder; the CDK's own, and never deployed. */
const ABOUT_THE_SOURCE = /\.metadata\.json$/;

/** What two builds of the same do not have in common, a sentence each. */
export function differences(one: ReadonlyMap<string, Buffer>, other: ReadonlyMap<string, Buffer>): string[] {
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((path) => !ABOUT_THE_SOURCE.test(path))
    .filter((path) => !(one.get(path)?.equals(other.get(path) ?? Buffer.from("\0")) ?? false))
    .map((path) => `${path} is not the same when it is built in another folder`);
}

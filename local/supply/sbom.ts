import { hostname } from "node:os";

import type { Package } from "./licences";

/** As much of CycloneDX as is read and mended here. */
export interface Sbom {
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string; readonly component: { readonly name: string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

interface Component {
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly externalReferences?: readonly { readonly type: string }[];
}

const idOf = ({ name, version }: Pick<Package, "name" | "version">): string => `${name}@${version}`;

/**
 * What npm says of all packages, for those that run alone, and without what differs from run to run and from machine to
 * machine: folder, time, and addresses of registries. (npm's own `--omit dev` leaves out what both kinds need.)
 */
export function portable(said: Sbom, packages: readonly Package[]): Sbom {
  const { serialNumber: _, metadata, components, dependencies, ...rest } = said;
  const { timestamp: __, ...about } = metadata;
  const ids = new Set(packages.map(idOf));
  const kept = components.filter((one) => ids.has(idOf(one)));
  const refs = new Set(kept.map((one) => one["bom-ref"]));
  const isRoot = (ref: string): boolean => !components.some((one) => one["bom-ref"] === ref);
  return {
    ...rest,
    metadata: { ...about, component: { ...about.component, name: "quantum-watch" } },
    components: kept.map(withoutAddresses),
    dependencies: dependencies
      .filter(({ ref }) => refs.has(ref) || isRoot(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) })),
  };
}

function withoutAddresses(component: Component): Component {
  const { externalReferences = [], ...rest } = component;
  return { ...rest, externalReferences: externalReferences.filter(({ type }) => type !== "distribution") };
}

/** What is wrong with a bill of materials, a sentence each: packages that it lacks, and traces of this machine. */
export function sbomFindings(sbom: Sbom, packages: readonly Package[], folder: string): string[] {
  const listed = new Set(sbom.components.map(idOf));
  const lacking = packages.filter((one) => !listed.has(idOf(one)));
  const text = JSON.stringify(sbom);
  const traces = [folder, `//${hostname()}`, "file:/", "//127.0.0.1", "//localhost"].filter((one) =>
    text.includes(one),
  );
  return [
    ...lacking.map(({ name, version }) => `the bill of materials lacks ${name} ${version}`),
    ...traces.map((trace) => `the bill of materials has ${trace} in it`),
  ];
}

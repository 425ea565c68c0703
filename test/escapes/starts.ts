/**
 * Ways out that are laid before the container begins. Each is tried on a default container, and on something that does the
 * same without the guard.
 */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { tempDir } from "../harness.ts";
import { EXE, JOINING, STARTS } from "./before.ts";
import { librariesOf, perlWords } from "./perl.ts";
import type { Outcome } from "./program.ts";
import type { World } from "./world.ts";

/** renameat2(2) */
const RENAMEAT2 = process.arch === "arm64" ? 276 : 316;

/** "works", or the errno that the runtime names, or how it ended. */
const told = ({ status, stdout, stderr }: ReturnType<World["run"]>): Outcome =>
  stdout.trim() || (/\bE[A-Z]+\b/.exec(stderr)?.[0] ?? `exit status ${status}`);

function exe(world: World, run: World["run"]): Outcome {
  const file = path.join(world.data, "exe");
  writeFileSync(file, EXE);
  chmodSync(file, 0o755);
  for (const library of librariesOf(process.execPath))
    copyFileSync(library, path.join(world.data, "lib", path.basename(library)));
  const volume = ["-v", `${world.data}:/data`, "-e", "LD_LIBRARY_PATH=/data/lib"];
  return told(run([...volume, "/data/exe"]));
}

/** What a container's first process sees of those that join it, one after another until it has seen one in time. */
function watchJoining(world: World, flags: readonly string[]): Outcome {
  writeFileSync(path.join(world.data, "joining.pl"), JOINING);
  const perl = [...perlWords("/data", world.loader), "/data/joining.pl"];
  const words = ["-d", ...flags, "-v", `${world.data}:/data`, ...perl, process.execPath];
  const id = world.run(words).stdout.trim();
  let seen = "";
  for (let i = 0; i < JOININGS && seen === ""; i++) {
    world.runtime("exec", id, "true");
    seen = world.runtime("logs", id).stdout.trim();
  }
  world.runtime("rm", "-f", id);
  return seen;
}

function shell(script: string, ...words: string[]): Outcome {
  const { stdout, stderr } = spawnSync("unshare", ["--mount", "sh", "-ec", script, "sh", ...words], {
    encoding: "utf8",
  });
  return stdout.trim() || stderr;
}

/** A root filesystem in which one of the kernel's directories is a link to a directory of the host's. */
function linked(name: string): { root: string; victim: string } {
  const [root, victim] = [tempDir(), tempDir()];
  for (const other of ["proc", "sys", "dev"].filter((each) => each !== name))
    mkdirSync(path.join(root, other));
  symlinkSync(victim, path.join(root, name));
  return { root, victim };
}

/** A volume with a link out of it. */
function volumeWithLink(): { volume: string; victim: string } {
  const [volume, victim] = [tempDir(), tempDir()];
  symlinkSync(victim, path.join(volume, "link"));
  return { volume, victim };
}

const reached = (victim: string): boolean => readdirSync(victim).length > 0;

/** A volume in which a process exchanges `place`, a directory, and `link` without a pause. */
function exchange(victim: string): { volume: string; end: () => void } {
  const volume = tempDir();
  mkdirSync(path.join(volume, "place"));
  symlinkSync(victim, path.join(volume, "link"));
  const call = `syscall(${RENAMEAT2}, -100, my $place = "place", -100, my $link = "link", 2)`;
  const child = spawn(
    "perl",
    ["-e", `while (getppid() == ${process.pid}) { ${call} == 0 || mkdir("place") }`],
    {
      cwd: volume,
      stdio: "ignore",
    },
  );
  return { volume, end: () => child.kill("SIGKILL") };
}

const JOININGS = 20;
const ROUNDS = 2;
const NAIVE_ROUNDS = 100_000;

interface Attack {
  readonly attack: (world: World) => Outcome;
  /** The same on what hasn't got the guard. */
  readonly attackNaive: (world: World) => Outcome;
}

export const ATTACKS: Readonly<Record<keyof typeof STARTS, Attack>> = {
  exe: {
    attack: (world) => exe(world, world.run),
    attackNaive: (world) => exe(world, (words) => world.runBefore("05-overlay", words)),
  },
  directory: {
    attack: (world) =>
      told(world.run(["-w", "/proc/self/fd/9", "sh", "-c", `test -e ./${world.marker} && echo works`])),
    attackNaive: (world) =>
      shell(
        'mkdir "$1/proc"; mount -t proc proc "$1/proc"; exec 9< /; exec perl -e \'chroot(shift); chdir("/proc/self/fd/9"); print "works" if -e ".$ARGV[0]"\' "$@"',
        tempDir(),
        world.marker,
      ),
  },
  links: {
    attack: (world) =>
      [
        ...new Set(
          ["proc", "sys", "dev"].map((name) => told(world.run(["--rootfs", linked(name).root, "/none"]))),
        ),
      ].join(),
    attackNaive: () => {
      const { root, victim } = linked("dev");
      return shell(
        'mount -t tmpfs none "$1/dev"; grep -q " $2 " /proc/self/mountinfo && echo works',
        root,
        victim,
      );
    },
  },
  mountpoint: {
    attack: (world) => {
      const { volume, victim } = volumeWithLink();
      const volumes = ["-v", `${volume}:/volume`, "-v", `${tempDir()}:/volume/link/new`];
      const outcome = told(world.run([...volumes, "echo", "inside"]));
      return reached(victim) ? "works" : outcome;
    },
    attackNaive: () => {
      const { volume, victim } = volumeWithLink();
      mkdirSync(path.join(volume, "link/new"));
      return reached(victim) ? "works" : "inside";
    },
  },
  race: {
    attack: (world) => {
      const victims = [tempDir(), tempDir()];
      // In the second one a directory is there already, which the runtime could take away when the container has ended.
      mkdirSync(path.join(victims[1] ?? "", "new"));
      const before = victims.map(reached);
      for (let i = 0; i < ROUNDS; i++) {
        const { volume, end } = exchange(victims[i % 2] ?? "");
        const volumes = ["-v", `${volume}:/volume`, "-v", `${tempDir()}:/volume/place/new`];
        world.run([...volumes, "true"]);
        end();
      }
      return victims.some((victim, i) => reached(victim) !== before[i]) ? "works" : "inside";
    },
    attackNaive: () => {
      const victim = tempDir();
      const { volume, end } = exchange(victim);
      for (let i = 0; i < NAIVE_ROUNDS && !reached(victim); i++) {
        rmSync(path.join(volume, "place/new"), { recursive: true, force: true });
        spawnSync("mkdir", ["place/new"], { cwd: volume });
      }
      end();
      return reached(victim) ? "works" : "inside";
    },
  },
  joining: {
    attack: (world) => watchJoining(world, []),
    attackNaive: (world) => watchJoining(world, STARTS.joining.naive.split(" ")),
  },
};

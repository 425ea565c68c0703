/** Makes the built-in root filesystem: finds the host's tools, the libraries that they load, and copies them. */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { elfInterpreter, scriptInterpreter } from "./elf.ts";
import { placeError, UserError } from "./errors.ts";
import { keptContainers } from "./kept.ts";
import { liveChanges } from "./ledger.ts";
import { locked } from "./lock.ts";
import {
  isSound,
  type Manifest,
  manifestFile,
  type RootfsOptions,
  readManifest,
  type Source,
} from "./rootfs.ts";

/** Change it when a new version of this file makes something else of the same tools. */
const RECIPE = 1;
const SEARCH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

const TOOLS =
  `sh bash awk basename bash cat chgrp chmod chown clear cmp cp cut date dd df diff dirname dmesg du echo env
  expr false find findmnt free getent grep gzip head hostname id ip ipcmk ipcrm ipcs kill less ln ls lsns mkdir mkfifo
  mknod mktemp more mount mountpoint mv nproc nsenter od pgrep ping pivot_root printf ps pwd readlink realpath rm rmdir
  sed seq setsid sha256sum sleep sort stat stty su sync sysctl tail tar tee test timeout top touch tr true tty umount
  uname uniq unshare uptime vi vim.tiny wc which whoami xargs yes`.split(/\s+/);

/** Files that libraries read by name: where other libraries are, the locale, and how terminals are driven. */
const DATA = [
  "/etc/ld.so.cache",
  "/usr/lib/locale/C.utf8",
  ...["a/ansi", "d/dumb", "l/linux", "s/screen", "s/screen-256color", "t/tmux", "t/tmux-256color"].map(
    terminfo,
  ),
  ...["v/vt100", "v/vt220", "x/xterm", "x/xterm-256color"].map(terminfo),
].flat();

function terminfo(name: string): string[] {
  return ["/lib/terminfo", "/usr/share/terminfo", "/etc/terminfo"].map((folder) => `${folder}/${name}`);
}

const DIRECTORIES = [
  "bin",
  "dev",
  "etc",
  "home",
  "mnt",
  "opt",
  "proc",
  "root",
  "run",
  "srv",
  "sys",
  "tmp",
  "usr/bin",
  "var/tmp",
];

const ETC: Readonly<Record<string, string>> = {
  passwd: "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n",
  group: "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n",
  hosts: "127.0.0.1 localhost\n::1 localhost\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  "os-release": 'ID=ft-docker\nNAME="FT_DOCKER"\nPRETTY_NAME="FT_DOCKER\'s built-in root filesystem"\n',
};

/** What is to be copied: files by their real path, and the symlinks that lead to them. */
interface Plan {
  readonly files: Map<string, Source>;
  readonly links: Map<string, string>;
}

/** Makes the root filesystem below `store`, unless a sound one of the same tools is there; returns its directory. */
export function makeRootfs(store: string, options: RootfsOptions = {}): string {
  // Who comes while another process makes it waits, and finds it made.
  const mask = process.umask(0o022);
  try {
    return locked(store, 0o755, () => makeAlone(store, options));
  } catch (error) {
    throw placeError(`rootfs: it can't be made in ${store}`, error);
  } finally {
    process.umask(mask);
  }
}

function makeAlone(store: string, options: RootfsOptions): string {
  const search = options.search ?? SEARCH;
  const folders = search.filter((folder) => existsSync(folder)).map(describe);
  const plan = planTools(search) ?? planBusybox(search);
  const files = [...plan.files.values()];
  const hash = createHash("sha256")
    .update(JSON.stringify([RECIPE, files, [...plan.links]]))
    .digest("hex")
    .slice(0, 16);

  const old = readManifest(store);
  const kept = old && path.basename(old.directory).startsWith(hash) && isSound(old);
  const directory = kept ? old.directory : build(store, hash, plan, files);
  writeManifest(store, { directory, files, folders });
  removeOld(store, directory);
  return directory;
}

/** The host's shell and tools, or undefined where there is no shell that could be copied. */
function planTools(search: readonly string[]): Plan | undefined {
  const plan: Plan = { files: new Map(), links: new Map() };
  for (const tool of TOOLS) {
    const file = search.map((folder) => path.join(folder, tool)).find(isFile);
    if (file) addProgram(plan, file);
  }
  if (!search.some((folder) => hasShell(plan, path.join(folder, "sh")))) return undefined;
  for (const file of DATA) addTree(plan, file);
  return plan;
}

const hasShell = (plan: Plan, shell: string) => plan.files.has(shell) || plan.links.has(shell);

const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

/** A program with all that it loads; one that lacks a library on the host itself is left out. */
function addProgram(plan: Plan, file: string): void {
  const needed = neededFiles(file);
  if (!needed) return;
  for (const each of [file, ...needed]) addFile(plan, each);
}

/** The loader and the libraries of a program, as the loader itself finds them: glibc's and musl's know `--list`. */
function neededFiles(file: string): string[] | undefined {
  const loader = elfInterpreter(file);
  if (loader === "") return [];
  if (loader === undefined) {
    const interpreter = scriptInterpreter(file);
    return interpreter && isFile(interpreter)
      ? [interpreter, ...(neededFiles(interpreter) ?? [])]
      : undefined;
  }
  try {
    const output = execFileSync(loader, ["--list", file], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    if (output.includes("not found")) return undefined;
    return [loader, ...[...output.matchAll(/(?:^\s*|=> )(\/\S+)/gm)].map((match) => match[1] ?? "")];
  } catch {
    return undefined;
  }
}

function planBusybox(search: readonly string[]): Plan {
  const busybox = search.map((folder) => path.join(folder, "busybox")).find(isFile);
  if (!busybox || elfInterpreter(busybox) !== "") {
    throw new UserError("rootfs: the host has neither a shell that can be copied nor a static busybox", {
      hint: "apt-get install busybox-static, or name a directory of your own with --rootfs",
    });
  }
  const plan: Plan = { files: new Map(), links: new Map() };
  addFile(plan, busybox);
  const applets = execFileSync(busybox, ["--list"], { encoding: "utf8" }).trim().split("\n");
  for (const applet of applets.filter((name) => name !== "busybox"))
    plan.links.set(`/bin/${applet}`, busybox);
  return plan;
}

function addTree(plan: Plan, file: string): void {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isDirectory()) for (const name of readdirSync(file)) addTree(plan, path.join(file, name));
  else if (stat) addFile(plan, file);
}

/** Adds a file at its real path, and each symlink that the path goes through: /bin, libc.so.6, /etc/alternatives. */
function addFile(plan: Plan, file: string): void {
  const parts = file.split("/").filter((part) => part !== "");
  for (const i of parts.keys()) {
    const prefix = `/${parts.slice(0, i + 1).join("/")}`;
    if (!lstatSync(prefix).isSymbolicLink()) continue;
    const target = readlinkSync(prefix);
    plan.links.set(prefix, target);
    addFile(plan, path.join(path.resolve(path.dirname(prefix), target), ...parts.slice(i + 1)));
    return;
  }
  plan.files.set(file, describe(file));
}

function describe(file: string): Source {
  const stat = statSync(file);
  return { path: file, size: stat.size, modified: stat.mtimeMs };
}

/** Copies into a directory of its own and renames that at the end: a copy that is there is whole. */
function build(store: string, hash: string, plan: Plan, files: readonly Source[]): string {
  const draft = path.join(store, `.building-${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    copy(draft, plan, files);
    return publish(draft, path.join(store, hash));
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

function copy(draft: string, plan: Plan, files: readonly Source[]): void {
  for (const directory of DIRECTORIES) {
    // On most systems /bin is a symlink, and so in the plan already.
    if (!plan.links.has(`/${directory}`))
      mkdirSync(path.join(draft, directory), { recursive: true, mode: 0o755 });
  }
  for (const [link, target] of plan.links) {
    mkdirSync(path.dirname(path.join(draft, link)), { recursive: true });
    symlinkSync(target, path.join(draft, link));
  }
  for (const { path: file } of files) {
    const to = path.join(draft, file);
    mkdirSync(path.dirname(to), { recursive: true });
    copyFileSync(file, to, constants.COPYFILE_FICLONE);
    // Without the set-user-ID bit and the like: a copy has them no more than the host's user asked for it.
    chmodSync(to, statSync(file).mode & 0o755);
  }
  for (const [name, text] of Object.entries(ETC)) writeFileSync(path.join(draft, "etc", name), text);
  for (const directory of ["tmp", "var/tmp"]) chmodSync(path.join(draft, directory), 0o1777);
  chmodSync(path.join(draft, "root"), 0o700);
}

function publish(draft: string, wanted: string): string {
  // A damaged copy may still be some container's root: it keeps its name, and is removed when nothing uses it.
  const directory = existsSync(wanted) ? `${wanted}-${randomBytes(2).toString("hex")}` : wanted;
  renameSync(draft, directory);
  return directory;
}

function writeManifest(store: string, manifest: Manifest): void {
  const draft = `${manifestFile(store)}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(manifest));
  renameSync(draft, manifestFile(store));
}

/** Removes what killed builders left, and copies that nothing uses any more. */
function removeOld(store: string, current: string): void {
  const used = rootsInUse();
  for (const name of readdirSync(store)) {
    const file = path.join(store, name);
    const wanted = name === "current.json" || file === current || used.has(identity(file));
    if (!wanted) rmSync(file, { recursive: true, force: true });
  }
}

const identity = (file: string): string => {
  const stat = statSync(file, { throwIfNoEntry: false });
  return `${stat?.dev}:${stat?.ino}`;
};

/** By device and inode: the root directories of all processes, and the layers of containers, running or not. */
function rootsInUse(): Set<string> {
  const roots = new Set<string>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      roots.add(identity(`/proc/${pid}/root/`));
    } catch {
      // A process of somebody else's, or one that has ended.
    }
  }
  for (const change of liveChanges())
    if (change.kind === "container") for (const lower of change.lowers) roots.add(identity(lower));
  for (const { lowers } of keptContainers()) for (const lower of lowers) roots.add(identity(lower));
  return roots;
}

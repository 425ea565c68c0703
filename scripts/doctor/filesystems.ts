/** Filesystems that the kernel must know, how /proc is mounted, and what the built-in root filesystem is made of. */
import { existsSync } from "node:fs";
import { release } from "node:os";
import path from "node:path";
import { canBeUpper } from "../../chapters/05-overlay/overlay.ts";
import { elfInterpreter } from "../../common/elf.ts";
import { home } from "../../common/home.ts";
import { type Finding, findCommand, LAST, lacks, mounts, ok, readText, warning } from "./finding.ts";

export function filesystems(): Finding[] {
  const needed = [
    ["proc", 3],
    ["sysfs", 3],
    ["tmpfs", 3],
    ["devpts", 3],
    ["mqueue", 3],
    ["overlay", 5],
  ] as const;
  return [
    ...needed.map(([name, chapter]) => filesystem(name, [chapter, LAST])),
    upper(),
    processes(),
    shell(),
  ];
}

function filesystem(name: string, chapters: Finding["chapters"]): Finding {
  const known = (readText("/proc/filesystems") ?? "")
    .split("\n")
    .some((line) => line.split("\t")[1] === name);
  if (known) return ok(chapters, `filesystem ${name}`);
  if (hasModule(name))
    return ok(chapters, `filesystem ${name} (a module: the kernel loads it when it is used)`);
  return lacks(
    chapters,
    `filesystem ${name}: the kernel doesn't know it`,
    `sudo modprobe ${name}, or a kernel that has it`,
  );
}

function hasModule(name: string): boolean {
  const folder = path.join("/lib/modules", release());
  if ((readText(path.join(folder, "modules.builtin")) ?? "").includes(`/${name}.ko`)) return true;
  return (readText(path.join(folder, "modules.dep")) ?? "")
    .split("\n")
    .some((line) => line.includes(`/${name}.ko`));
}

/** Where containers keep what they write. */
function upper(): Finding {
  const chapters = [5, LAST] as const;
  const folder = path.join(home(), "containers");
  if (canBeUpper(folder)) return ok(chapters, `${folder} can hold an overlay's upper directories`);
  return warning(
    chapters,
    `${folder} is on a filesystem that can't hold an overlay's upper directory: what containers write stays in memory`,
    "FT_DOCKER_HOME=DIR, with a directory on ext4, xfs or btrfs",
  );
}

/** proc(5): with hidepid an ordinary user doesn't see the processes of others. */
function processes(): Finding {
  const chapters = [1, LAST] as const;
  const proc = mounts().findLast(({ place }) => place === "/proc");
  if (!proc || !existsSync("/proc/self/stat"))
    return lacks(chapters, "/proc isn't mounted", "mount -t proc proc /proc");
  const hidden = proc.options.find((option) => /^hidepid=(?!0$|off$)/.test(option));
  if (!hidden) return ok(chapters, "/proc shows all processes");
  return warning(
    chapters,
    `/proc is mounted with ${hidden}: only root can tell whose run still goes on`,
    "sudo mount -o remount,hidepid=0 /proc",
  );
}

/** What rootfs-build.ts begins with: a shell whose loader is there, or a static busybox. */
function shell(): Finding {
  const chapters = [3, LAST] as const;
  const what = "built-in root filesystem";
  const file = ["/usr/local/bin", "/usr/bin", "/bin"]
    .map((folder) => path.join(folder, "sh"))
    .find((each) => existsSync(each));
  const loader = file && elfInterpreter(file);
  if (file && (loader === "" || (loader && existsSync(loader))))
    return ok(chapters, `${what}: ${file} and other tools of the host's`);
  const busybox = findCommand("busybox");
  if (busybox && elfInterpreter(busybox) === "") return ok(chapters, `${what}: ${busybox}, which is static`);
  const fix = "sudo apt-get install busybox-static, or a directory of your own with --rootfs";
  return lacks(chapters, `${what}: there is neither a shell that can be copied nor a static busybox`, fix);
}

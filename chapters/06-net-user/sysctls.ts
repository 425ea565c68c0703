/**
 * The kernel's settings are files in /proc/sys. Most are the machine's; some belong to a network, IPC or UTS namespace, and
 * each of those has its own. Only these can be a container's, and the container can't change them afterwards: its /proc/sys
 * is read-only. sysctl(8); `Documentation/admin-guide/sysctl` of the kernel.
 */
import type { Flags, Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { AT_FDCWD, O_CLOEXEC, O_WRONLY } from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";

export const SYSCTL_FLAGS: Flags = {
  sysctl: {
    value: "NAME=VALUE",
    multiple: true,
    help: "a setting of the container's namespaces: net.*, fs.mqueue.* …",
  },
};

/** The file below /proc/sys, and what is written into it. */
export type Sysctls = ReadonlyMap<string, string>;

const IPC = /^(fs\/mqueue\/\w+|kernel\/(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced))$/;
const UTS = "kernel/domainname";

/** `ownNetwork`: false where the container shares another's network, whose settings aren't its own. */
export function parseSysctls(values: Values, { ownNetwork }: { readonly ownNetwork: boolean }): Sysctls {
  return new Map(
    (values.sysctl ?? []).map((text) => {
      const refuse = (why: string, hint: string) => new UserError(`--sysctl ${text}: ${why}`, { hint });
      const [, name = "", value = ""] = /^([^=]+)=(.*)$/.exec(text) ?? [];
      if (name === "") throw refuse("not NAME=VALUE", "such as net.core.somaxconn=1024");
      const file = name.includes("/") ? name : name.replaceAll(".", "/");
      if (file.split("/").some((part) => ["", ".", ".."].includes(part)))
        throw refuse("no name of a setting", "sysctl -a lists them");
      if (file === "kernel/hostname") throw refuse("that is the host name", "--hostname sets it");
      if (file.startsWith("net/") && !ownNetwork)
        throw refuse("the container's network isn't its own", "--network bridge or none gives it one");
      if (!file.startsWith("net/") && !IPC.test(file) && file !== UTS)
        throw refuse(
          "it isn't in any namespace, so it would be the host's",
          `on the host: sysctl -w ${text}`,
        );
      return [file, value];
    }),
  );
}

/**
 * As Docker sets them: with a network of its own, a container's ordinary users may use all of its ports, and send pings.
 * `lastGid`: the highest group that exists in its user namespace.
 */
export const networkSysctls = (lastGid: number): Sysctls =>
  new Map([
    ["net/ipv4/ip_unprivileged_port_start", "0"],
    ["net/ipv4/ping_group_range", `0 ${Math.min(lastGid, 2 ** 31 - 1)}`],
  ]);

// #region set
/** To be run before masks(), which makes /proc/sys read-only. */
export function setSysctls(sysctls: Sysctls): Step[] {
  return [...sysctls].flatMap(([file, value]) => {
    const hint = `does this kernel have it, and give it to a user namespace? If not, see --userns host: ${file}`;
    const fd = step(
      "openat",
      [AT_FDCWD, `/proc/sys/${file}`, O_WRONLY | O_CLOEXEC, 0],
      "a setting of ours alone",
      {
        hint,
      },
    );
    const bytes = Buffer.from(value);
    return [
      fd,
      step("write", [fd, bytes, bytes.length], `${file} = ${value}`, {
        hint: `is '${value}' a value for ${file}?`,
      }),
      step("close", [fd], "and that is all"),
    ];
  });
}
// #endregion set

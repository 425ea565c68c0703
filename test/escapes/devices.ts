/** Ways by device files and terminals. The numbers are those of the kernel's Documentation/admin-guide/devices.txt. */
import type { Group } from "./attempt.ts";
import { file } from "./needs.ts";

const DEVICES = ["user namespace", "device cgroup"] as const;

export const DEVICE_FILES: Group = {
  title: "Device files",
  attempts: [
    {
      name: "mknod",
      tries: "make the file of a disk",
      perl: "device($S_IFBLK, 7, 0)",
      refused: "EPERM",
      guards: ["user namespace"],
    },
    {
      name: "a disk",
      tries: "read the file systems of the host, past all their owners",
      perl: 'opens(device($S_IFBLK, 7, 0) || return 0) || stops_with("ENXIO")',
      refused: "EPERM",
      guards: DEVICES,
      stops: "It is a loop device, which no file system is on, and nothing is read.",
    },
    {
      name: "/dev/mem",
      tries: "read the machine’s memory",
      perl: 'opens(device($S_IFCHR, 1, 1) || return 0) || stops_with("ENXIO")',
      refused: "EPERM",
      guards: DEVICES,
      stops: "Nothing is read, and most kernels have no such device.",
    },
    {
      name: "/dev/kmsg",
      tries: "read the kernel’s log, or write to it",
      perl: "opens(device($S_IFCHR, 1, 11) || return 0)",
      refused: "EPERM",
      guards: DEVICES,
    },
    {
      name: "the console",
      tries: "write to the machine’s console; the group may open it, as in Docker",
      perl: 'opens_to_write(device($S_IFCHR, 5, 1) || return 0) || stops_with("ENXIO") || stops_with("ENODEV")',
      refused: "EPERM",
      guards: ["user namespace"],
      stops: "Nothing is written.",
    },
    {
      name: "/proc/kcore",
      tries: "read the machine’s memory",
      perl: 'reads("/proc/kcore")',
      refused: "empty",
      guards: ["user namespace", "masks and read-only mounts"],
      stops: "One byte is read, which is the same on every machine.",
      needs: file("/proc/kcore"),
    },
    {
      name: "devtmpfs",
      tries: "mount the file system in which the kernel has a file for each device",
      perl: 'call("mount", "dev", place(), "devtmpfs", 0, 0)',
      refused: "EPERM",
      guards: ["user namespace", "capabilities"],
    },
  ],
};

export const TERMINALS: Group = {
  title: "Terminals",
  attempts: [
    {
      name: "TIOCSTI",
      tries:
        "type into the terminal that the container was started from, for the shell that comes back there",
      perl: 'ioctl(STDIN, $TIOCSTI, my $key = "x")',
      refused: "EPERM",
      guards: ["user namespace", "capabilities"],
      stops: "The terminal is the test’s own, and nobody reads it.",
    },
    {
      name: "TIOCLINUX",
      tries: "select text on the machine’s console and paste it to its shell, as a mouse does there",
      perl: `my $file = device($S_IFCHR, 4, 0) or return 0;
sysopen(my $console, $file, $O_NOCTTY) or return stops_with("ENXIO");
ioctl($console, $TIOCLINUX, my $get_shift_state = chr(6))`,
      refused: "EPERM",
      guards: DEVICES,
      stops: "It only asks for the shift key.",
    },
    {
      name: "another’s terminal",
      tries: "read what is typed on a terminal of the host’s",
      perl: "opens($HOST_TERMINAL)",
      refused: "ENOENT",
      guards: ["own /dev"],
    },
  ],
};

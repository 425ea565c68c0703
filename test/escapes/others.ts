/** Ways to the host's files, to other processes, and to the network's others. */
import type { Group } from "./attempt.ts";
import { setting } from "./needs.ts";

export const FILES: Group = {
  title: "The host’s files, in a volume",
  attempts: [
    {
      name: "a secret of root’s",
      tries: "read what only the host’s root may read",
      perl: 'reads("$DATA/secret")',
      refused: "EACCES",
      guards: ["user namespace"],
    },
    {
      name: "chown",
      tries: "take a file of the host’s root",
      perl: 'chown(0, 0, "$DATA/secret")',
      refused: "EPERM",
      guards: ["user namespace"],
    },
    {
      name: "set-user-ID",
      tries: "make a program of the host’s root one that makes its user root",
      perl: 'chmod(04755, "$DATA/tool")',
      refused: "EPERM",
      guards: ["user namespace"],
    },
    {
      name: "a hard link",
      tries: "keep a program of root’s that will have to be replaced",
      perl: 'unlink("$DATA/kept"); link("$DATA/secret", "$DATA/kept")',
      refused: "EPERM",
      guards: ["user namespace"],
      needs: setting("/proc/sys/fs/protected_hardlinks", (value) => value === 1),
    },
    {
      name: "open_by_handle_at",
      tries:
        "open files by their inode’s number, beside all paths: so the “shocker” read the host’s /etc/shadow",
      perl: `sysopen(my $volume, $DATA, $O_DIRECTORY) or return 0;
my $handle = pack("Lx132", 128);
syscall($NUMBERS{name_to_handle_at}, $AT_FDCWD, $DATA, $handle, my $mount = pack("x4"), 0) == 0 or return 0;
call("open_by_handle_at", fileno($volume), $handle, 0)`,
      refused: "EPERM",
      guards: ["user namespace", "capabilities"],
    },
  ],
};

export const PROCESSES: Group = {
  title: "The host’s processes",
  attempts: [
    {
      name: "kill",
      tries: "send a signal to a process of the host’s",
      perl: "kill(0, $HOST_PID)",
      refused: "ESRCH",
      guards: ["PID namespace"],
      stops: "Signal 0 is none.",
    },
    {
      name: "ptrace",
      tries: "take over a process of the host’s",
      perl: 'call("ptrace", $PTRACE_SEIZE, $HOST_PID, 0, 0)',
      refused: "ESRCH",
      guards: ["PID namespace"],
      stops: "The process is the test’s own, and it is let go at once.",
    },
    {
      name: "/proc/PID/exe",
      tries: "reach a program of the host’s by a process that runs it",
      perl: 'opens("/proc/$HOST_PID/exe")',
      refused: "ENOENT",
      guards: ["PID namespace"],
    },
    {
      name: "process_vm_readv",
      tries: "read the memory of a process of the host’s",
      perl: `my ($own, $its) = (pack("PQ", my $byte = "x", 1), pack("QQ", 4096, 1));
call("process_vm_readv", $HOST_PID, $own, 1, $its, 1, 0) || stops_with("EFAULT")`,
      refused: "ESRCH",
      guards: ["PID namespace"],
      stops: "No process has memory at that address.",
    },
  ],
};

export const NETWORK: Group = {
  title: "The network",
  attempts: [
    {
      name: "an abstract socket",
      tries: "speak to a service of the host’s whose socket is no file, as containerd’s shim once was",
      perl: `socket(my $socket, $AF_UNIX, $SOCK_STREAM, 0) or return 0;
connect($socket, pack("Sxa*", $AF_UNIX, "ft-docker-escape"))`,
      refused: "ECONNREFUSED",
      guards: ["network namespace"],
    },
    {
      name: "the host’s links",
      tries: "listen on a link of the host’s, by a raw socket",
      perl: `socket(my $socket, $AF_PACKET, $SOCK_RAW, 0) or return 0;
my $request = pack("a40", "outside");
ioctl($socket, $SIOCGIFINDEX, $request)`,
      refused: "ENODEV",
      guards: ["network namespace", "user namespace"],
    },
    {
      name: "ARP in another’s name",
      tries:
        "answer for an address on the bridge, the host’s or a neighbour’s, so that what others send there comes here",
      perl: `socket(my $socket, $AF_PACKET, $SOCK_RAW, 0) or return 0;
my $request = pack("a40", "eth0");
ioctl($socket, $SIOCGIFINDEX, $request) or return 0;
send($socket, arp_answer(gateway()), 0, pack("Snlx4", $AF_PACKET, $ETH_P_ARP, unpack("x16l", $request)) . pack("x8"))`,
      refused: "works",
      guards: [],
      stops: "There is no other container on the test’s bridge but those that it is shown on.",
      allowed: {
        why: "As in Docker: CAP_NET_RAW, which ping once needed, is for any frame, and a neighbour believes it. Containers on one bridge have to trust each other.",
        refusedBy: ["--cap-drop", "NET_RAW"],
      },
    },
    {
      name: "AF_VSOCK",
      tries: "speak to the machine’s hypervisor: no network namespace holds these sockets",
      perl: "socket(my $socket, $AF_VSOCK, $SOCK_STREAM, 0)",
      refused: "EPERM",
      guards: ["seccomp"],
    },
  ],
};

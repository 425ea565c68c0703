/** What a list of syscalls does to the world, step by step: read off the list, nothing is run. */
import { type ListedStep, RUNTIME } from "./explain.ts";

export interface Mount {
  readonly path: string;
  readonly what: string;
  readonly readOnly: boolean;
  /** Of an overlay: the directory that is written to, and those below it, the topmost first. */
  readonly layers?: readonly string[];
}

/** A line of /proc/PID/uid_map or gid_map: `count` numbers from `inside` on are those from `outside` on. */
export interface IdMap {
  readonly of: "users" | "groups";
  readonly inside: number;
  readonly outside: number;
  readonly count: number;
}

/** From the container outwards. */
export interface NetworkPath {
  readonly addresses?: readonly string[];
  /** The host's end of the cable, and what it is plugged into. */
  readonly veth?: string;
  readonly bridge?: string;
  /** Its packets leave with the host's address. */
  readonly translated?: true;
}

/** A control group: a directory. */
export interface Group {
  /** Below /sys/fs/cgroup. */
  readonly path: string;
  readonly made: boolean;
  /** What was written into its files, by their names: all that was, one after another. */
  readonly files: Readonly<Record<string, readonly string[]>>;
}

export interface World {
  /** The types of the namespaces that are the container's own, as CLONE_NEW… names them. */
  readonly namespaces: readonly string[];
  readonly hostname: string;
  /** Mounts made for the container. Until pivot_root, the host's tree is around them. */
  readonly mounts: readonly Mount[];
  /** Where "/" is: the host's, both stacked, or the container's own. */
  readonly root: "host" | "stacked" | "own";
  /** Mounts made here reach the host. */
  readonly linked: boolean;
  readonly directory: string;
  readonly session: "the runtime’s" | "its own" | "its own, with a terminal";
  readonly program: string;
  /** Those that were made for the container, and those of the host's into which something was written. */
  readonly groups: readonly Group[];
  /** It is in the groups that were made for it. */
  readonly entered: boolean;
  /** What the numbers of its users and groups are on the host. */
  readonly maps: readonly IdMap[];
  readonly network: NetworkPath;
}

const START: World = {
  namespaces: [],
  hostname: "the host’s",
  mounts: [],
  root: "host",
  linked: true,
  directory: "",
  session: "the runtime’s",
  program: "launcher",
  groups: [],
  entered: false,
  maps: [],
  network: {},
};

/** The world after each step. */
export function worlds(steps: readonly ListedStep[]): World[] {
  const all: World[] = [];
  let world = START;
  for (const step of steps) {
    world = { ...world, ...EFFECTS[step.call]?.(step.args, world, steps) };
    all.push(world);
  }
  return all;
}

type Effect = (args: readonly unknown[], world: World, steps: readonly ListedStep[]) => Partial<World>;

const EFFECTS: Readonly<Record<string, Effect>> = {
  clone3: ([args], world) => {
    const { flags } = args as { flags?: unknown };
    const entered = String(flags).includes("CLONE_INTO_CGROUP");
    return { ...newNamespaces(flags, world), ...(entered && { entered }) };
  },
  unshare: ([flags], world) => newNamespaces(flags, world),
  mkdirat: ([, path], { groups, root }) => {
    // In its own tree, these are places for mounts.
    if (root !== "host" || !String(path).startsWith(CGROUPS)) return {};
    return { groups: [...groups, { path: String(path).slice(CGROUPS.length), made: true, files: {} }] };
  },
  write: ([to, value], { groups }, steps) => {
    const file = pathOf(to, steps);
    if (!file.startsWith(CGROUPS)) return {};
    const path = file.slice(CGROUPS.length, Math.max(file.lastIndexOf("/"), CGROUPS.length));
    const name = file.slice(file.lastIndexOf("/") + 1);
    if (name === "tasks" || name === "cgroup.procs") return { entered: true };
    const group: Group = groups.find((each) => each.path === path) ?? { path, made: false, files: {} };
    const values = [...(group.files[name] ?? []), String(value).replaceAll('"', "")];
    const written = { ...group, files: { ...group.files, [name]: values } };
    return {
      groups: groups.includes(group)
        ? groups.map((each) => (each === group ? written : each))
        : [...groups, written],
    };
  },
  sethostname: ([name]) => ({ hostname: String(name) }),
  mount: ([source, target, type, flags, data], world) => mount({ source, target, type, flags, data }, world),
  chdir: ([directory]) => ({ directory: String(directory) }),
  fchdir: ([to], _, steps) => ({ directory: pathOf(to, steps) }),
  pivot_root: (_, { mounts, directory }) => ({
    root: "stacked",
    mounts: mounts
      .filter(({ path }) => path === directory || path.startsWith(`${directory}/`))
      .map((each) => ({ ...each, path: each.path.slice(directory.length) || "/" })),
  }),
  umount2: (_, { root }) => (root === "stacked" ? { root: "own" } : {}),
  move_mount: ([from, , to, path], { mounts }, steps) => {
    const target = path === "" ? pathOf(to, steps) : String(path);
    if (!target.startsWith("/")) return {};
    return {
      mounts: [...mounts, { path: target, what: pathOf(from, steps), readOnly: isReadOnly(from, steps) }],
    };
  },
  setsid: () => ({ session: "its own" }),
  ioctl: ([, request]) => (request === "TIOCSCTTY" ? { session: "its own, with a terminal" } : {}),
  [RUNTIME]: ([does], world) => act(String(does), world),
  execve: ([file]) => ({ program: String(file) }),
  execveat: () => ({ program: "init" }),
};

const CGROUPS = "/sys/fs/cgroup/";

/** What the runtime does from outside, by the words of its acts. */
function act(does: string, { maps, network }: World): Partial<World> {
  const [, kind, map] = /(uid|gid)_?map\b:? (?:<child> )?([\d ]+)$/.exec(does) ?? [];
  if (kind && map) {
    const of = kind === "uid" ? "users" : "groups";
    const lines = [...map.matchAll(/(\d+) (\d+) (\d+)/g)].map(([, inside, outside, count]): IdMap => {
      return { of, inside: Number(inside), outside: Number(outside), count: Number(count) };
    });
    return { maps: [...maps, ...lines] };
  }
  const [, bridge, veth] = /^RTM_NEWLINK bridge (\S+), veth (\S+)/.exec(does) ?? [];
  if (bridge && veth) return { network: { ...network, bridge, veth } };
  const [, addresses] = /^RTM_NEWADDR \S+ (.+)$/.exec(does) ?? [];
  if (addresses) return { network: { ...network, addresses: addresses.split(", ") } };
  return does.startsWith("nftables") ? { network: { ...network, translated: true } } : {};
}

function newNamespaces(flags: unknown, { namespaces }: World): Partial<World> {
  const made = String(flags)
    .split("|")
    .filter((flag) => flag.startsWith("CLONE_NEW"));
  return { namespaces: [...namespaces, ...made.map((flag) => flag.replace("CLONE_NEW", ""))] };
}

interface MountCall {
  readonly source: unknown;
  readonly target: unknown;
  readonly type: unknown;
  readonly flags: unknown;
  readonly data: unknown;
}

function mount(
  { source, target, type, flags, data }: MountCall,
  { mounts, directory }: World,
): Partial<World> {
  const set = String(flags).split("|");
  const path = target === "." ? directory : String(target);
  const readOnly = set.includes("MS_RDONLY");
  if (set.includes("MS_PRIVATE") || set.includes("MS_SLAVE")) return { linked: false };
  // A place of who prepares the mounts, under a name of its own.
  if (!path.startsWith("/")) return {};
  if (set.includes("MS_REMOUNT")) {
    return { mounts: mounts.map((each) => (each.path === path ? { ...each, readOnly } : each)) };
  }
  const what = set.includes("MS_BIND") ? String(source) : String(type);
  const [, lower, upper] = /lowerdir=([^,"]+),upperdir=([^,"]+)/.exec(String(data)) ?? [];
  const layers = lower && upper ? { layers: [upper, ...lower.split(":")] } : {};
  return { mounts: [...mounts, { path, what, readOnly, ...layers }] };
}

/** What a descriptor was opened on: "#13" is the result of step 13. */
function pathOf(descriptor: unknown, steps: readonly ListedStep[]): string {
  const step = steps[Number(String(descriptor).replace("#", "")) - 1];
  return String(step?.args.find((arg) => typeof arg === "string" && arg.startsWith("/")) ?? descriptor);
}

const isReadOnly = (descriptor: unknown, steps: readonly ListedStep[]): boolean =>
  steps.some(
    ({ call, args }) =>
      call === "mount_setattr" && args[0] === descriptor && JSON.stringify(args).includes("RDONLY"),
  );

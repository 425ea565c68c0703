/**
 * Resource limits are older than cgroups, and are each process's own: how many files it may open, how large a core dump may
 * be. A process has a soft limit, which it may raise itself, up to the hard one. Its children inherit both, so they limit
 * each process of a container, and not what all of them have together. getrlimit(2)
 */
import type { Flags, Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { RLIMIT } from "../../syscall/constants.ts";
import { type Act, act, type Step, step } from "../../syscall/program.ts";
import { syscall } from "../../syscall/syscall.ts";

export const ULIMIT_FLAGS: Flags = {
  ulimit: {
    value: "NAME=SOFT[:HARD]",
    multiple: true,
    help: "a limit of each process, such as nofile=1024:4096",
  },
};

export interface Rlimit {
  readonly resource: keyof typeof RLIMIT;
  /** In the resource's own unit: files, bytes, seconds …; RLIM_INFINITY for no limit. */
  readonly soft: number;
  readonly hard: number;
}

/** All bits set, which is -1 for who sees a number with a sign. */
const RLIM_INFINITY = -1;

/** ulimit's words for RLIMIT_ names, as Docker has them; RLIMIT_AS isn't among them. */
const NAMES = Object.keys(RLIMIT)
  .map((name) => name.slice("RLIMIT_".length).toLowerCase())
  .filter((name) => name !== "as");

export function parseRlimits(values: Values): Rlimit[] {
  return (values.ulimit ?? []).map(parseRlimit);
}

function parseRlimit(text: string): Rlimit {
  const refuse = (why: string, hint: string) => new UserError(`--ulimit ${text}: ${why}`, { hint });
  const [, name = "", soft = "", hard = soft] = /^(\w+)=(-1|\d{1,15})(?::(-1|\d{1,15}))?$/.exec(text) ?? [];
  if (name === "")
    throw refuse("not NAME=SOFT or NAME=SOFT:HARD", "such as nofile=1024:4096; -1 for no limit");
  if (!NAMES.includes(name)) throw refuse("there is no such limit", `one of ${NAMES.join(", ")}`);
  const limit = {
    resource: `RLIMIT_${name.toUpperCase()}` as keyof typeof RLIMIT,
    soft: Number(soft),
    hard: Number(hard),
  };
  if (asNumber(limit.soft) > asNumber(limit.hard))
    throw refuse("the soft limit is above the hard one", "it may be raised up to that, and no further");
  return limit;
}

const asNumber = (limit: number): number => (limit === RLIM_INFINITY ? Infinity : limit);

// #region set
const RLIMIT_SIZE = 16;

/** Only who has CAP_SYS_RESOURCE on the host may raise a hard limit, and root of a user namespace hasn't: the runtime does it. */
export function raiseRlimits(limits: readonly Rlimit[]): Act[] {
  return limits.map(({ resource, hard }) =>
    act(
      `prlimit64(<child>, ${resource}, {rlim_max: at least ${hard}})`,
      "the hard limit, if it has to be higher than the runtime's",
      ({ pid }) => {
        const raised = higher(pid, resource, hard);
        if (raised) syscall("prlimit64", [pid, RLIMIT[resource], raised, null]);
      },
      { hint: HARD },
    ),
  );
}

const HARD = "only who has CAP_SYS_RESOURCE may raise a hard limit; nofile ends at /proc/sys/fs/nr_open";

/** The same for a child of a helper's, which has the helper's limits from its birth on: steps of that helper's. */
export function raiseForChildren(limits: readonly Rlimit[]): Step[] {
  return limits.flatMap(({ resource, hard }) => {
    const raised = higher(0, resource, hard);
    if (!raised) return [];
    const why = "the hard limit has to be higher than the runtime's";
    return [step("prlimit64", [0, RLIMIT[resource], raised, null], why, { hint: HARD })];
  });
}

/** `pid`: 0 for this process. Undefined where its hard limit is high enough. */
function higher(pid: number, resource: keyof typeof RLIMIT, hard: number) {
  const was = new BigUint64Array(RLIMIT_SIZE / 8);
  syscall("prlimit64", [pid, RLIMIT[resource], null, new Uint8Array(was.buffer)]);
  const [soft = 0n, max = 0n] = was;
  return BigInt.asUintN(64, BigInt(hard)) <= max ? undefined : { rlim_cur: soft, rlim_max: hard };
}

/** To be run last: the set-up itself may need more files, processes or memory than the command is to have. */
export function setRlimits(limits: readonly Rlimit[]): Step[] {
  return limits.map(({ resource, soft, hard }) =>
    step(
      "prlimit64",
      [0, RLIMIT[resource], { rlim_cur: soft, rlim_max: hard }, null],
      "a limit of the command, and of all that it starts",
    ),
  );
}
// #endregion set

/** Filters made by libseccomp, as Docker and podman make theirs: a reference for our own compiler. */
import { spawnSync } from "node:child_process";
import { type Circumstances, type Profile, rulesFor } from "../chapters/06-net-user/seccomp-profile.ts";
import { need } from "./harness.ts";

const PYTHON = "/usr/bin/python3";

export const libseccomp = need(
  "needs python3-seccomp",
  () => spawnSync(PYTHON, ["-c", "import seccomp"]).status === 0,
);

/** As runc does it: names that libseccomp doesn't know are left out, and so are rules that say what is said anyway. */
const SCRIPT = `
import json, sys, seccomp
policy = json.load(sys.stdin)
def action(name, errno):
    return seccomp.ERRNO(errno) if name == "SCMP_ACT_ERRNO" else {"SCMP_ACT_ALLOW": seccomp.ALLOW, "SCMP_ACT_LOG": seccomp.LOG, "SCMP_ACT_TRAP": seccomp.TRAP, "SCMP_ACT_KILL": seccomp.KILL, "SCMP_ACT_KILL_PROCESS": seccomp.KILL_PROCESS}[name]
operators = {"SCMP_CMP_" + name: getattr(seccomp, name) for name in ["NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"]}
default = action(policy["defaultAction"], policy["defaultErrnoRet"])
filter = seccomp.SyscallFilter(default)
native = {"x64": seccomp.Arch.X86_64, "arm64": seccomp.Arch.AARCH64}[policy["arch"]]
if not filter.exist_arch(native):
    filter.add_arch(native)
    filter.remove_arch(seccomp.Arch.NATIVE)
others = [seccomp.Arch.X86, seccomp.Arch.X32] if policy["arch"] == "x64" else [seccomp.Arch.ARM]
for other in others:
    filter.add_arch(other)
for rule in policy["rules"]:
    what = action(rule["action"], rule.get("errnoRet") or 1)
    if what == default:
        continue
    for name in rule["names"]:
        try:
            seccomp.resolve_syscall(native, name)
        except Exception:
            continue
        args = [seccomp.Arg(arg["index"], operators[arg["op"]], int(arg["value"]), int(arg.get("valueTwo") or 0)) for arg in rule.get("args") or []]
        try:
            filter.add_rule(what, name, *args)
        except (RuntimeError, OSError):
            continue
sys.stdout.flush()
filter.export_bpf(sys.stdout)
`;

/** The filter that libseccomp makes of the profile. */
export function compileByLibseccomp(profile: Profile, where: Circumstances): Buffer {
  const { defaultAction, defaultErrnoRet = 1 } = profile;
  const rules = rulesFor(profile, where);
  const input = JSON.stringify({ defaultAction, defaultErrnoRet, arch: where.arch, rules }, (_key, value) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  const result = spawnSync(PYTHON, ["-c", SCRIPT], { input });
  if (result.status !== 0) throw new Error(`libseccomp: ${result.stderr}`);
  return result.stdout;
}

/**
 * Running a script of ours as root: as it is where we're root, by sudo where we aren't. sudo gives its command a PATH of
 * its own, on which a Node from elsewhere (nvm, fnm, volta) isn't: so Node is named by its path, and PATH is kept.
 */
import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";
import { UserError } from "../common/errors.ts";
import { nodeArguments } from "./bundles.ts";

export const isRoot = (): boolean => process.geteuid?.() === 0;

/** `node --import tsx SCRIPT ARGS…`, with this Node. */
export const node = (script: string, args: readonly string[]): string[] => [
  process.execPath,
  ...nodeArguments(script),
  ...args,
];

/** The same command as root; what `sudo -n` says is known before anything begins, so nobody is asked in mid-run. */
export function asRoot(argv: readonly string[]): string[] {
  if (isRoot()) return [...argv];
  const kept = [
    "PATH",
    "RUNTIME",
    ...Object.keys(process.env).filter((name) => name.startsWith("FT_DOCKER_")),
  ];
  const variables = kept.flatMap((name) =>
    process.env[name] === undefined ? [] : [`${name}=${process.env[name]}`],
  );
  return ["sudo", "--", "env", ...variables, ...argv];
}

/** Whether root can be had: at once, or, where a person sits at a terminal, after their password. */
export function canBeRoot(): boolean {
  if (isRoot()) return true;
  const { error, status } = spawnSync("sudo", ["-n", "true"], { stdio: "ignore" });
  if (error) return false;
  return (
    status === 0 ||
    (process.stdin.isTTY === true && spawnSync("sudo", ["-v"], { stdio: "inherit" }).status === 0)
  );
}

export function noRootError(what: string): UserError {
  return new UserError(`${what} needs root, and sudo doesn't give it here`, {
    hint: `as root, type the same again, with this Node: su -c 'env PATH="${process.env.PATH}" npm …'`,
  });
}

/** Runs a command to its end on our terminal and returns its exit status, as a shell tells it. */
export function foreground(argv: readonly string[]): Promise<number> {
  const [file = "", ...args] = argv;
  const child = spawn(file, args, { stdio: "inherit" });
  // Ctrl-C reaches the child by itself; what is sent to us alone is passed on.
  process.on("SIGINT", () => {});
  for (const name of ["SIGTERM", "SIGHUP"] as const) process.on(name, () => child.kill(name));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

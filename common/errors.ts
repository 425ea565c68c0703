/** An error that the user can act on: printed as `error: WHAT` and `hint: WHAT TO DO`, never as a stack trace. */
export class UserError extends Error {
  override name = "UserError";
  readonly hint: string | undefined;
  /** The exit status of the command: 125 is the runtime's own, 126 and 127 are about the container's command. */
  readonly status: number;

  constructor(message: string, options: { hint?: string | undefined; status?: number } = {}) {
    super(message);
    this.hint = options.hint;
    this.status = options.status ?? 125;
  }
}

const PLACE_ERRORS = ["EACCES", "EDQUOT", "ENOSPC", "ENOTDIR", "EPERM", "EROFS"];

/** What is wrong with the place for our files is the user's to mend; any other error stays what it is. */
export function placeError(what: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  // Node's recursive mkdir says ENOENT where the kernel has said EROFS, and EEXIST where a file is in the way.
  const made: Readonly<Record<string, string>> =
    syscall === "mkdir" ? { ENOENT: "EROFS", EEXIST: "ENOTDIR" } : {};
  const why = made[code ?? ""] ?? code ?? "";
  if (!PLACE_ERRORS.includes(why)) return error;
  return new UserError(`${what}: ${why}`, { hint: "FT_DOCKER_HOME=DIR names another place for it" });
}

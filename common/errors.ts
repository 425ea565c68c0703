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

/** Being attached to a container: as our own standard input and output, from its beginning or from now on. */
import { say, type Values } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import type { RunOptions } from "../common/run.ts";
import { type Attached, type AttachOptions, beginAttach } from "./attach.ts";
import { DEFAULT_KEYS, parseKeys } from "./detach-keys.ts";
import { startContainer } from "./lifecycle.ts";
import { attachSocket } from "./listener.ts";
import { type Config, readConfig } from "./record.ts";
import type { Runtime } from "./runtime.ts";
import { currentState, KILLED } from "./state.ts";
import { openProcess, whenEnded } from "./wait.ts";

/** Starts the container with us attached, so that nothing of what it writes is missed; returns its exit status. */
export async function startAttached(
  runtime: Runtime,
  config: Config,
  attaching: { readonly stdin: boolean; readonly keys: Buffer },
  options?: RunOptions,
): Promise<number> {
  let ended: Promise<Attached> | undefined;
  await startContainer(runtime, config, options, () => {
    ended = beginAttach(attachOptions(config, attaching.stdin, attaching.keys, true)).ended;
  });
  return statusOf(config, await (ended as unknown as Promise<Attached>));
}

/** To one that runs. Returns its exit status, or 0 where the user has left it. */
export async function attachTo(
  config: Config,
  { stdin, keys, proxy }: { readonly stdin: boolean; readonly keys: Buffer; readonly proxy: boolean },
): Promise<number> {
  if (config.foreground) {
    throw new UserError(`attach ${config.name}: it runs in the foreground of another command`, {
      hint: "run --name or run -d: those can be attached to",
    });
  }
  return statusOf(config, await beginAttach(attachOptions(config, stdin, keys, proxy)).ended);
}

export const keysOf = (values: Values): Buffer => parseKeys(values["detach-keys"]?.[0] ?? DEFAULT_KEYS);

const attachOptions = (config: Config, stdin: boolean, keys: Buffer, proxy: boolean): AttachOptions => ({
  socket: attachSocket(config.id),
  tty: config.tty,
  stdin: stdin && config.interactive,
  keys,
  signal: proxy ? (signal) => send(config, signal) : undefined,
});

function send(config: Config, signal: number): void {
  const first = currentState(config)?.process;
  const handle = first && openProcess(first);
  handle?.kill(signal);
  handle?.close();
}

/** What the container had on the host is undone when this resolves, unless the user has left it. */
async function statusOf(config: Config, how: Attached): Promise<number> {
  if ("detached" in how) return 0;
  if ("signal" in how) return 128 + how.signal;
  const owner = currentState(config)?.owner;
  await whenEnded(owner);
  const state = readConfig(config.id) && currentState(config);
  if (state?.oomKilled) {
    say("error: out of memory: the kernel killed a process of the container");
    say("hint: allow more by --memory, or find out by 'stats' what it needs");
  }
  return "status" in how ? how.status : (state?.exitCode ?? KILLED);
}

/** A container's state in words: Docker's. */
import { formatAge, formatDuration } from "../images/units.ts";
import type { Container } from "./find.ts";

/** `Up 3 minutes`, `Exited (137) 5 seconds ago`. */
export function formatStatus({ state }: Container): string {
  const since = (time: string | undefined) => Date.now() - Date.parse(time ?? "");
  if (state.status === "created") return "Created";
  if (state.status === "running")
    return `Up ${formatDuration(since(state.startedAt))}${state.paused ? " (Paused)" : ""}`;
  const word = state.status === "restarting" ? "Restarting" : "Exited";
  const { finishedAt } = state;
  // Whoever should have written when it ended was killed.
  const when = finishedAt === undefined ? "at an unknown time" : formatAge(since(finishedAt));
  return `${word} (${state.exitCode ?? 0}) ${when}`;
}

/** One word: `created`, `running`, `paused`, `restarting` or `exited`. */
export const statusWord = ({ state }: Container): string =>
  state.status === "running" && state.paused ? "paused" : state.status;

/** What `ps` and `system df` call an image's absence. */
export const imageName = ({ config }: Container): string => config.image || "(built-in)";

/** What the commands about containers need of a chapter: how a container is made is the chapter's. */
import type { RunOptions } from "../common/run.ts";
import type { Config } from "./record.ts";

export interface Runtime {
  /**
   * Starts the container under a monitor; resolves when its command runs. Throws a UserError where a step has failed.
   * `listening` is called when one can connect to the monitor, and the command doesn't run yet.
   */
  start(config: Config, options?: RunOptions, listening?: () => void): Promise<void>;
  /** How many of its processes the kernel has killed because the memory was used up. */
  oomKills(config: Config): number;
  /** Lets its processes go on. */
  thaw(config: Config): void;
}

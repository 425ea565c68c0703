/** What the commands about containers need of a chapter: how a container is made is the chapter's. */
import type { Config } from "./record.ts";

export interface Runtime {
  /** Starts the container under a monitor; resolves when its command runs. Throws a UserError where a step has failed. */
  start(config: Config): Promise<void>;
}

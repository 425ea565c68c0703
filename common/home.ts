/** Where state is kept: what lasts (`home`), and what is over with the next boot at the latest (`runFolder`). */
import path from "node:path";
import { isRootless } from "./rootless.ts";

const root = process.geteuid?.() === 0 && !isRootless();

/** /var/lib/ft-docker, or the XDG data folder of an ordinary user; FT_DOCKER_HOME moves it, and the other one with it. */
export function home(): string {
  const moved = process.env.FT_DOCKER_HOME;
  if (moved) return path.resolve(moved);
  if (root) return "/var/lib/ft-docker";
  return path.join(process.env.XDG_DATA_HOME || path.join(userHome(), ".local/share"), "ft-docker");
}

/** /run/ft-docker, or the XDG runtime folder of an ordinary user. */
export function runFolder(): string {
  if (process.env.FT_DOCKER_HOME) return path.join(home(), "run");
  if (root) return "/run/ft-docker";
  const folder = process.env.XDG_RUNTIME_DIR;
  return folder ? path.join(folder, "ft-docker") : path.join(home(), "run");
}

const userHome = () => process.env.HOME || "/";

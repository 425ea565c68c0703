/** Users and groups of a container, and the numbers that they are where its files are: user_namespaces(7), `uid_map`. */
import { readFileSync } from "node:fs";
import { UserError } from "../../common/errors.ts";

interface Extent {
  readonly inside: number;
  readonly outside: number;
  readonly size: number;
}

/** For who has no number inside: `nobody`. */
const OVERFLOW = 65534;

export class Ids {
  private readonly extents: readonly Extent[];

  private constructor(extents: readonly Extent[]) {
    this.extents = extents;
  }

  /** The files have the container's own numbers: its layers do, and they are all that there is of one that doesn't run. */
  static same(): Ids {
    return new Ids([{ inside: 0, outside: 0, size: 2 ** 32 - 1 }]);
  }

  /** `file`: /proc/PID/uid_map or gid_map, which tells it as this process counts. */
  static of(file: string): Ids {
    const lines = readFileSync(file, "latin1").trim().split("\n");
    return new Ids(
      lines.map((line) => {
        const [inside = 0, outside = 0, size = 0] = line.trim().split(/\s+/).map(Number);
        return { inside, outside, size };
      }),
    );
  }

  outside(id: number): number {
    const extent = this.extents.find(({ inside, size }) => id >= inside && id < inside + size);
    if (extent) return extent.outside + id - extent.inside;
    throw new UserError(`cp: ${id} isn't one of the container's users or groups`, {
      hint: "without -a all becomes its root's",
    });
  }

  inside(id: number): number {
    const extent = this.extents.find(({ outside, size }) => id >= outside && id < outside + size);
    return extent ? extent.inside + id - extent.outside : OVERFLOW;
  }
}

export interface Owners {
  readonly users: Ids;
  readonly groups: Ids;
}

export const ownersOf = (pid: number): Owners => ({
  users: Ids.of(`/proc/${pid}/uid_map`),
  groups: Ids.of(`/proc/${pid}/gid_map`),
});

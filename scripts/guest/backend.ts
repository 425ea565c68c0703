/** What a guest needs from the program that runs its kernel. */
import type { Packages } from "../packages.ts";

export interface Machine {
  /** In MiB. */
  readonly memory: number;
  readonly cpus: number;
}

/** A way to run a kernel of its own for a guest. */
export interface Backend {
  readonly name: string;
  /** Why it can't work on this machine, whatever is installed; undefined if it may. */
  lack(): string | undefined;
  packages(): Packages;
  /** Whether its kernel is there. */
  hasKernel(): boolean;
  /** Gets the kernel, where it isn't one of the packages. */
  fetchKernel(): void;
  /** The command that boots the guest, run by enter.sh, with what it needs in its environment. */
  boot(machine: Machine): { argv: readonly string[]; env: Readonly<Record<string, string>> };
  /** The folder of the kernel's modules. */
  modules(): string;
  /** In seconds, until the guest's init runs; a kernel that takes longer doesn't boot on this machine. */
  readonly bootLimit: number;
}

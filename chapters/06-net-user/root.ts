/**
 * A mount namespace is a copy of the mount tree: what is mounted in it afterwards is seen in it alone. pivot_root(2)
 * exchanges the tree's root: the new root becomes "/", the old one is unmounted, and then no path leads to it. chroot(2)
 * only changes where a process begins to look, and root can walk out of it: see breakout.ts.
 */
import { MNT_DETACH, MS_BIND, MS_PRIVATE, MS_RDONLY, MS_REC, MS_REMOUNT } from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";

// #region private
/** The copy is linked to the original until this: systemd makes "/" shared, and each mount would reach the host. */
export function privateMounts(): Step[] {
  return [step("mount", [null, "/", null, MS_REC | MS_PRIVATE, null], "no mount of ours reaches the host")];
}
// #endregion private

// #region pivot
/** pivot_root takes a mount as the new root, and an overlay is one. */
export function enterRoot(merged: string): Step[] {
  return [
    step("chdir", [merged], "the next two steps say '.'"),
    step("pivot_root", [".", "."], "the new root, and the old one stacked on top of it"),
  ];
}

/** The kernel lets a user namespace mount a /proc only where it sees one already, and that is below the old root. */
export function leaveOldRoot(): Step[] {
  return [
    step("umount2", [".", MNT_DETACH], "take the old root off: nothing of the host's mounts is left"),
    step("chdir", ["/"], "stand in the new root"),
  ];
}
// #endregion pivot

/** For `--read-only`, when all mountpoints have been made: what is mounted below stays as writable as it is. */
export function readOnlyRoot(): Step[] {
  const flags = MS_BIND | MS_REMOUNT | MS_RDONLY;
  return [step("mount", [null, "/", null, flags, null], "nothing can be written to the root any more")];
}

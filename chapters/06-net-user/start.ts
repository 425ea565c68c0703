/** Starting a container: in the foreground, as in chapters 01 to 05, or under a monitor, so that it goes on without us. */
import { closeSync } from "node:fs";
import path from "node:path";
import { detach, type RunOptions, run } from "../../common/run.ts";
import type { Change } from "../../common/undo.ts";
import { claimStart, recordEnd, recordStart } from "../../containers/lifecycle.ts";
import { attachSocket } from "../../containers/listener.ts";
import { type Config as Container, recordFolder, recordsFolder } from "../../containers/record.ts";
import { type Plan, plan } from "./configure.ts";
import { type Config, container } from "./container.ts";
import { needsDoor, openDoor } from "./door.ts";
import { openInit } from "./init.ts";
import { openMonitor, sendTerminal } from "./monitor.ts";
import { outOfMemory, reportOutOfMemory } from "./oom.ts";

/** Its end is the end of the command; returns its exit status. */
export function runInForeground(record: Container, { config }: Plan, options: RunOptions): Promise<number> {
  claimStart(record);
  return withPrograms(config, (programs) =>
    run(container(config), options, {
      changes: changesOf(record, config),
      claims: config.network.claims,
      slots: { ...config.network.slots, ...programs },
      started: (pid) => recordStart(record.id, pid, process.pid),
      ended: (status) => {
        reportOutOfMemory(record.id, config.cgroup);
        if (!record.remove) recordEnd(record.id, status, outOfMemory(config.cgroup));
      },
    }),
  );
}

// #region detached
/** Resolves when its command runs. At its end the monitor becomes `main.ts ended ID`. */
export async function startDetached(
  record: Container,
  options: RunOptions,
  listening: () => void = () => {},
): Promise<void> {
  const { id, name, flags: values, words, tty, remove } = record;
  const command = [process.execPath, ...process.execArgv, process.argv[1] ?? "", "ended", id];
  let planned: Plan | undefined;
  const monitor = openMonitor(record, command, () => planned?.held() ?? []);
  try {
    planned = await plan({ id, name, values, words, tty, explained: false, kept: !remove, monitor });
    const { config } = planned;
    await withPrograms(config, (programs) => {
      const slots: Record<string, number> = { ...monitor.slots, ...config.network.slots, ...programs };
      return detach(container(config), options, {
        changes: [{ kind: "socket", file: attachSocket(id) }, ...changesOf(record, config)],
        claims: config.network.claims,
        slots,
        begun: (ledger) => {
          monitor.ledger = ledger;
          monitor.born = (first, owner) => recordStart(id, first, owner);
          slots.listener = monitor.listen();
          listening();
        },
        received: (terminal) => sendTerminal(monitor, terminal),
      });
    });
  } finally {
    planned?.release();
    monitor.close();
  }
}
// #endregion detached

/** What is undone when it has ended; the first of them last. */
function changesOf({ id, name, remove }: Container, { cgroup, overlay, mountpoints }: Config): Change[] {
  const record = {
    kind: "record",
    folder: recordFolder(id),
    name: path.join(recordsFolder(), "names", name),
  } as const;
  return [
    ...(remove ? [record] : []),
    ...cgroup.changes,
    ...overlay.changes,
    ...mountpoints.flatMap(({ change }) => change ?? []),
  ];
}

/** Opens what the container executes beside its command. */
async function withPrograms<T>(
  { init, ids }: Config,
  action: (slots: Readonly<Record<string, number>>) => Promise<T>,
): Promise<T> {
  const opened = init ? openInit() : undefined;
  const door = needsDoor(ids) ? openDoor() : {};
  try {
    return await action({ ...door, ...(opened ? { init: opened.fd } : {}) });
  } finally {
    opened?.close();
    for (const fd of Object.values(door)) closeSync(fd);
  }
}

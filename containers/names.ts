/** Names of containers: symlinks in `home()/records/names`, so that the file system keeps them from being given twice. */
import { randomInt } from "node:crypto";
import { existsSync, readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import path from "node:path";
import { UserError } from "../common/errors.ts";
import { locked } from "../common/lock.ts";
import { recordFolder, recordsFolder } from "./record.ts";

export const namesFolder = (): string => path.join(recordsFolder(), "names");

/** Takes the name for the container; throws a UserError where another one has it. */
export function takeName(name: string, id: string): void {
  locked(namesFolder(), 0o700, () => {
    const holder = holderOf(name);
    if (holder !== undefined && existsSync(recordFolder(holder))) {
      throw new UserError(`--name ${name}: the container ${holder} has that name`, {
        hint: `rm ${name}, or another name`,
      });
    }
    // Its record was never written, or has been removed by a run that was killed behind that.
    if (holder !== undefined) unlinkSync(link(name));
    symlinkSync(id, link(name));
  });
}

/** Lets go of the name, if it is this container's. */
export function giveNameBack(name: string, id: string): void {
  locked(namesFolder(), 0o700, () => {
    if (holderOf(name) === id) unlinkSync(link(name));
  });
}

/** Whose name it is; the record itself may not be there yet, or any more. */
export function holderOf(name: string): string | undefined {
  try {
    return readlinkSync(link(name));
  } catch {
    return undefined;
  }
}

const link = (name: string): string => path.join(namesFolder(), path.basename(name));

/** As Docker has it. Throws a UserError. */
export function checkName(name: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name) && name.length <= 128) return name;
  throw new UserError(`--name ${JSON.stringify(name)}: not a name`, {
    hint: "two letters or digits at least, with . _ - in between",
  });
}

const HOW =
  "brave calm clever eager fair gentle happy keen kind lively lucky merry neat noble proud quick quiet sharp shiny sober swift tidy warm wise";
const WHO =
  "badger beaver crane dolphin falcon ferret gecko heron ibex lemur lynx marten narwhal ocelot otter puffin raven seal stoat tapir walrus wombat";

/** For who hasn't chosen one: what can be said aloud is kept in mind better than twelve digits. */
export function randomName(): string {
  const one = (words: string) => {
    const all = words.split(" ");
    return all[randomInt(all.length)];
  };
  return `${one(HOW)}-${one(WHO)}-${randomInt(1000)}`;
}

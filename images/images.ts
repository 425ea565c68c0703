/** The images of the store: found by name or id, and listed. */
import { UserError } from "../common/errors.ts";
import { type Digest, hexOf } from "./digest.ts";
import { type Image, readImage } from "./image.ts";
import { type Entry, readEntries } from "./layout.ts";
import { canonical, parseReference, type Reference } from "./reference.ts";
import { alone, type Store } from "./store.ts";

/** An image under one of its names, or without one. */
export interface Named {
  readonly reference: Reference | undefined;
  readonly image: Image;
}

/** The image with this name, or this id, or the only one whose id begins so; throws a UserError where there is none. */
export const resolveImage = (store: Store, text: string): Image => resolveNamed(store, text).image;

/** The same, or undefined where there is none; throws a UserError where several ids begin so, or the image is damaged. */
export const findImage = (store: Store, text: string): Image | undefined => findNamed(store, text)?.image;

/** With the name that was meant; by an id none is. */
export function resolveNamed(store: Store, text: string): Named {
  const found = findNamed(store, text);
  if (found) return found;
  throw noSuchImage(text, `pull ${text}`);
}

export const noSuchImage = (text: string, hint = "images lists what is here"): UserError =>
  new UserError(`${text}: there is no such image here`, { hint });

function findNamed(store: Store, text: string): Named | undefined {
  return alone(store, () => {
    const { byName, entries } = findEntries(store, text, readEntries(store));
    const [entry] = entries;
    if (!entry) return undefined;
    return { reference: byName ? referenceOf(entry) : undefined, image: readEntry(store, entry) };
  });
}

/** All names with their images; those whose image is damaged are left out, and told to `onDamaged`. */
export function listImages(store: Store, onDamaged: (error: UserError) => void = () => {}): Named[] {
  return alone(store, () =>
    readEntries(store).flatMap((entry) => {
      try {
        return [{ reference: referenceOf(entry), image: readEntry(store, entry) }];
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        onDamaged(error);
        return [];
      }
    }),
  );
}

/** The diff ids of all images' layers: what is unpacked of others, nobody needs. */
export const usedDiffIds = (store: Store): Set<Digest> =>
  new Set(listImages(store).flatMap(({ image }) => image.config.rootfs.diff_ids));

const referenceOf = ({ name }: Entry): Reference | undefined =>
  name === undefined ? undefined : parseReference(name);

const readEntry = (store: Store, { name, target }: Entry): Image =>
  readImage(store, target, name ?? target.digest);

/** The entry with this name, or else all names of the image whose id, or the digest of whose manifest, begins so. */
export function findEntries(
  store: Store,
  text: string,
  entries: readonly Entry[],
): { byName: boolean; entries: readonly Entry[] } {
  const id = /^(sha256:)?([0-9a-f]{1,64})$/.exec(text);
  if (!id?.[1] && id?.[2]?.length !== 64) {
    const wanted = parseReference(text);
    const named = entries.find((entry) => isNamed(entry, wanted));
    if (named) return { byName: true, entries: [named] };
  }
  return { byName: false, entries: id ? findById(store, id[2] ?? "", entries) : [] };
}

/** `NAME@DIGEST` is found by its tag as well. */
function isNamed({ name, target }: Entry, wanted: Reference): boolean {
  if (name === canonical(wanted)) return true;
  const named = name === undefined ? undefined : parseReference(name);
  const same = named?.registry === wanted.registry && named.repository === wanted.repository;
  return same && target.digest === wanted.digest;
}

function findById(store: Store, start: string, entries: readonly Entry[]): Entry[] {
  const matches = entries.flatMap((entry) => {
    const id = idsOf(store, entry).find((each) => each.startsWith(start));
    return id === undefined ? [] : [{ id, entry }];
  });
  if (new Set(matches.map(({ id }) => id)).size <= 1) return matches.map(({ entry }) => entry);
  throw new UserError(`${start}: several images' ids begin so`, {
    hint: "give more of the id: images lists them",
  });
}

/** Of a damaged image only the digest is known: that is enough to remove it by. */
function idsOf(store: Store, entry: Entry): string[] {
  const own = hexOf(entry.target.digest);
  try {
    return [hexOf(readEntry(store, entry).id), own];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [own];
  }
}

/** Names are given to images, and taken from them. */
import { UserError } from "../common/errors.ts";
import { type Digest, hexOf } from "./digest.ts";
import { collectGarbage } from "./garbage.ts";
import { findEntries, noSuchImage } from "./images.ts";
import { changeEntries, type Entry } from "./layout.ts";
import type { Descriptor } from "./manifest.ts";
import { canonical, familiar, parseReference, type Reference } from "./reference.ts";
import type { Store } from "./store.ts";

/** Gives a name (or none) to what the store has, and a pin keeps there; what had this name keeps its digest for one. */
export function nameImage(store: Store, reference: Reference | undefined, target: Descriptor): void {
  changeEntries(store, (entries) => withName(entries, reference, target));
}

/** Gives an image one more name. */
export function tagImage(store: Store, text: string, reference: Reference): void {
  checkTag(reference);
  changeEntries(store, (entries) => {
    const [found] = findEntries(store, text, entries).entries;
    if (!found) throw noSuchImage(text);
    return withName(entries, reference, found.target);
  });
}

/** Throws a UserError for NAME@DIGEST: an image has the digest that it has. */
export function checkTag(reference: Reference): void {
  if (reference.digest)
    throw new UserError(`${familiar(reference)}: a digest can't be given`, {
      hint: "choose a tag: NAME:TAG",
    });
}

function withName(
  entries: readonly Entry[],
  reference: Reference | undefined,
  target: Descriptor,
): readonly Entry[] {
  const isTarget = (entry: Entry) => entry.target.digest === target.digest;
  if (!reference) return entries.some(isTarget) ? entries : [...entries, { name: undefined, target }];
  const name = canonical(reference);
  const old = entries.find((entry) => entry.name === name);
  const others = entries.filter((entry) => entry !== old && !(entry.name === undefined && isTarget(entry)));
  const isNamed = (digest: Digest) => others.some((entry) => entry.target.digest === digest);
  const isLost = old && !isTarget(old) && !isNamed(old.target.digest);
  const kept = isLost ? [{ ...old, name: canonical({ ...reference, digest: old.target.digest }) }] : [];
  return [...others, ...kept, { name, target }];
}

export interface Removed {
  /** Names, as one types them. */
  readonly untagged: readonly string[];
  /** The digests of blobs that no image has any more. */
  readonly deleted: readonly Digest[];
}

/** Takes a name from an image, or all names (`force`, where they are several) from one that an id names; then its blobs go. */
export function removeImage(store: Store, text: string, { force = false } = {}): Removed {
  let untagged: string[] = [];
  changeEntries(store, (entries) => {
    const { entries: found } = findEntries(store, text, entries);
    if (found.length === 0) throw noSuchImage(text);
    untagged = found.map(shortName);
    if (found.length > 1 && !force)
      throw new UserError(`${text}: the image has several names: ${untagged.join(", ")}`, {
        hint: `rmi --force ${text}, or remove one name`,
      });
    return entries.filter((entry) => !found.includes(entry));
  });
  return { untagged, deleted: collectGarbage(store) };
}

const shortName = ({ name, target }: Entry): string =>
  name === undefined ? hexOf(target.digest).slice(0, 12) : familiar(parseReference(name));

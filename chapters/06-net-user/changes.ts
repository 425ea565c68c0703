/**
 * `diff` and `commit`: what a running container has changed is all in its upper directory. Listed, it is a diff; packed as an
 * archive, it is a layer; and a layer on top of an image's is a new image.
 */
import path from "node:path";
import { print, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { addImage, type NewImage, type NewLayer } from "../../images/add.ts";
import { diffUpper } from "../../images/diff.ts";
import { resolveImage } from "../../images/images.ts";
import { packLayer } from "../../images/pack.ts";
import { parseReference } from "../../images/reference.ts";
import { openStore, type Store } from "../../images/store.ts";
import { FILESYSTEM_DIRECTORIES } from "./filesystems.ts";
import { NAME_TARGETS } from "./names.ts";
import { findContainer, type Running } from "./running.ts";

// #region diff
export async function diff(words: readonly string[]): Promise<number> {
  const container = findContainer("diff", words);
  // Where an image has no place for /proc or /etc/hosts, we have made it, not the container.
  const ours = [...FILESYSTEM_DIRECTORIES, ...NAME_TARGETS];
  const changes = diffUpper(path.join(container.directory, "upper"), container.lowers).filter(
    (change) => !ours.includes(change.path),
  );
  for (const change of changes) {
    if (change.path === "/etc" && !changes.some((each) => each.path.startsWith("/etc/"))) continue;
    print(1, Buffer.from(`${change.kind} ${change.path}`, "latin1").toString());
  }
  return 0;
}
// #endregion diff

// #region commit
/** Prints the new image's id. */
export async function commit(values: Values, words: readonly string[]): Promise<number> {
  const [id, name, extra] = words;
  if (extra !== undefined)
    throw new UserError(`commit: ${extra}: one word too many`, { hint: "commit CONTAINER [NAME[:TAG]]" });
  const container = findContainer("commit", id === undefined ? [] : [id]);
  const reference = name === undefined ? undefined : parseReference(name);
  if (reference?.digest)
    throw new UserError(`commit: ${name}: a digest can't be given`, { hint: "choose a tag: NAME:TAG" });
  const store = openStore();
  const changed: NewLayer = {
    tar: packLayer(path.join(container.directory, "upper")),
    createdBy: container.command.join(" "),
    comment: values.message?.[0],
  };
  const image = await addImage(store, reference, {
    ...below(store, container, changed),
    author: values.author?.[0],
  });
  print(1, image.id);
  return 0;
}

/** A root that isn't an image's becomes one: its files are the first layer. */
function below(store: Store, { image, lowers }: Running, changed: NewLayer): NewImage {
  if (image !== undefined) return { base: resolveImage(store, image), layers: [changed] };
  const files = { tar: packLayer(lowers[0] ?? ""), createdBy: "the built-in root filesystem" };
  return { layers: [files, changed] };
}
// #endregion commit

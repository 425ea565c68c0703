/**
 * `diff` and `commit`: what a container has changed is all in its upper directory, whether it runs or not. Listed, it is a diff;
 * packed as an archive, it is a layer; and a layer on top of an image's is a new image.
 */
import path from "node:path";
import { print, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { findContainer } from "../../containers/find.ts";
import { type Config, containerFolder } from "../../containers/record.ts";
import { addImage, type NewImage, type NewLayer } from "../../images/add.ts";
import { diffUpper } from "../../images/diff.ts";
import { resolveImage } from "../../images/images.ts";
import { packLayer } from "../../images/pack.ts";
import { parseReference } from "../../images/reference.ts";
import { openStore, type Store } from "../../images/store.ts";
import { FILESYSTEM_DIRECTORIES } from "./filesystems.ts";
import { NAME_TARGETS } from "./names.ts";

// #region diff
export async function diff(words: readonly string[]): Promise<number> {
  const [name = ""] = words;
  checkWords("diff CONTAINER", words, 1);
  const { id, lowers } = findContainer("diff", name).config;
  // Where an image has no place for /proc or /etc/hosts, we have made it, not the container.
  const ours = [...FILESYSTEM_DIRECTORIES, ...NAME_TARGETS];
  const changes = diffUpper(path.join(containerFolder(id), "upper"), lowers).filter(
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
  const [text = "", name] = words;
  checkWords("commit CONTAINER [NAME[:TAG]]", words, 2);
  const { config } = findContainer("commit", text);
  const reference = name === undefined ? undefined : parseReference(name);
  if (reference?.digest)
    throw new UserError(`commit: ${name}: a digest can't be given`, { hint: "choose a tag: NAME:TAG" });
  const store = openStore();
  const changed: NewLayer = {
    tar: packLayer(path.join(containerFolder(config.id), "upper")),
    createdBy: config.command.join(" "),
    comment: values.message?.[0],
  };
  const image = await addImage(store, reference, {
    ...below(store, config, changed),
    author: values.author?.[0],
  });
  print(1, image.id);
  return 0;
}

/** A root that isn't an image's becomes one: its files are the first layer. */
function below(store: Store, { imageId, lowers }: Config, changed: NewLayer): NewImage {
  if (imageId !== undefined) return { base: resolveImage(store, imageId), layers: [changed] };
  const files = { tar: packLayer(lowers[0] ?? ""), createdBy: "the built-in root filesystem" };
  return { layers: [files, changed] };
}
// #endregion commit

function checkWords(usage: string, words: readonly string[], max: number): void {
  const [command] = usage.split(" ");
  if (words.length === 0) throw new UserError(`${command}: no container is named`, { hint: usage });
  if (words.length > max)
    throw new UserError(`${command}: ${words[max]}: one word too many`, { hint: usage });
}

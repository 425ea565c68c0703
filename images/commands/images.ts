import { isSet, print, say, type Values } from "../../common/cli.ts";
import { hexOf } from "../digest.ts";
import { listImages, type Named } from "../images.ts";
import { canonical, familiarName, parseReference } from "../reference.ts";
import { openStore } from "../store.ts";
import { formatAge, formatSize } from "../units.ts";
import { printRows, type Row } from "./table.ts";
import { takeWords } from "./words.ts";

const COLUMNS = {
  Repository: "REPOSITORY",
  Tag: "TAG",
  ID: "IMAGE ID",
  CreatedSince: "CREATED",
  Size: "SIZE",
};

/** The newest first, as in Docker; the size is that of the image's blobs in the store. */
export async function images(values: Values, words: readonly string[]): Promise<number> {
  const [wanted] = takeWords("images", words, "[NAME[:TAG]]", { min: 0, max: 1 });
  const found = listImages(openStore(), (error) => say(`warning: ${error.message}`))
    .filter((named) => wanted === undefined || isWanted(named, wanted))
    .sort((a, b) => createdAt(b) - createdAt(a) || compare(nameOf(a), nameOf(b)));
  const rows = found.map((named) => toRow(named, isSet(values, "no-trunc")));
  if (isSet(values, "quiet")) for (const id of new Set(rows.map(({ ID }) => ID ?? ""))) print(1, id);
  else printRows(values, COLUMNS, rows);
  return 0;
}

const nameOf = ({ reference }: Named): string => (reference ? canonical(reference) : "");
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** In milliseconds since 1970. */
const createdAt = ({ image }: Named): number => Date.parse(image.config.created ?? "") || 0;

/** A name without a tag means all its tags. */
function isWanted({ reference }: Named, text: string): boolean {
  const wanted = parseReference(text);
  if (reference?.registry !== wanted.registry || reference.repository !== wanted.repository) return false;
  const hasTag = /[:@]/.test(text.slice(text.lastIndexOf("/") + 1));
  return !hasTag || canonical(reference) === canonical(wanted);
}

function toRow(named: Named, full: boolean): Row {
  const { reference, image } = named;
  const { created } = image.config;
  const size = image.layers.reduce((sum, layer) => sum + layer.size, image.manifest.config.size);
  return {
    Repository: reference ? familiarName(reference) : "<none>",
    Tag: (!reference?.digest && reference?.tag) || "<none>",
    Digest: image.target.digest,
    ID: full ? image.id : hexOf(image.id).slice(0, 12),
    CreatedAt: created ?? "N/A",
    CreatedSince: formatAge(Date.now() - Date.parse(created ?? "")),
    Size: formatSize(size),
  };
}

import { isSet, print, type Values } from "../../common/cli.ts";
import type { History } from "../config.ts";
import { hexOf } from "../digest.ts";
import type { Image } from "../image.ts";
import { resolveImage } from "../images.ts";
import { openStore } from "../store.ts";
import { formatAge, formatSize } from "../units.ts";
import { printRows, type Row } from "./table.ts";
import { takeWords } from "./words.ts";

const COLUMNS = {
  ID: "IMAGE",
  CreatedSince: "CREATED",
  CreatedBy: "CREATED BY",
  Size: "SIZE",
  Comment: "COMMENT",
};
/** Of a command that isn't printed in full, in characters: as in Docker. */
const SHORT = 45;
/** Layers have no id of an image, unless they were built here: as in Docker. */
const MISSING = "<missing>";

/** The newest first. A size is that of the layer's blob. */
export async function history(values: Values, words: readonly string[]): Promise<number> {
  const [text = ""] = takeWords("history", words, "IMAGE", { min: 1, max: 1 });
  const image = resolveImage(openStore(), text);
  const full = isSet(values, "no-trunc");
  const rows = steps(image)
    .reverse()
    .map((step, i) => toRow(step, i === 0 ? image.id : undefined, full));
  if (isSet(values, "quiet")) for (const { ID = "" } of rows) print(1, ID);
  else printRows(values, COLUMNS, rows);
  return 0;
}

interface Step {
  readonly history: History;
  /** Of its layer, in bytes; 0 where it changed the config alone. */
  readonly size: number;
}

/** The history's lines take the layers in order, but for the empty ones. What no line tells of has one without text. */
function steps({ config, layers }: Image): Step[] {
  const sizes = layers.map(({ size }) => size);
  const told = (config.history ?? []).map((history) => ({
    history,
    size: history.empty_layer ? 0 : (sizes.shift() ?? 0),
  }));
  return [...told, ...sizes.map((size) => ({ history: {}, size }))];
}

function toRow({ history, size }: Step, id: Image["id"] | undefined, full: boolean): Row {
  const command = (history.created_by ?? "").replace(/\s+/g, " ");
  return {
    ID: id === undefined ? MISSING : full ? id : hexOf(id).slice(0, 12),
    CreatedAt: history.created ?? "N/A",
    CreatedSince: formatAge(Date.now() - Date.parse(history.created ?? "")),
    CreatedBy: full || command.length <= SHORT ? command : `${command.slice(0, SHORT - 1)}…`,
    Size: formatSize(size),
    Comment: history.comment ?? "",
  };
}

/** Tables as Docker prints them: columns under capital letters, or a line of JSON for each row. */
import { print, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";

export type Row = Readonly<Record<string, string>>;

/** Prints the rows as `--format` says; `columns` are keys of the rows, with their headings. */
export function printRows(
  values: Values,
  columns: Readonly<Record<string, string>>,
  rows: readonly Row[],
): void {
  const [format] = values.format ?? [];
  if (format !== undefined && format !== "json")
    throw new UserError(`--format ${format}: no such format`, { hint: "--format json" });
  const lines = format === "json" ? rows.map((row) => JSON.stringify(row)) : formatTable(columns, rows);
  if (lines.length > 0) print(1, lines.join("\n"));
}

/** Three spaces stand between columns, and none at a line's end. */
function formatTable(columns: Readonly<Record<string, string>>, rows: readonly Row[]): string[] {
  const lines = [columns, ...rows].map((row) => Object.keys(columns).map((key) => clean(row[key] ?? "")));
  const widths = Object.keys(columns).map((_, i) => Math.max(...lines.map((cells) => cells[i]?.length ?? 0)));
  return lines.map((cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("   ")
      .trimEnd(),
  );
}

/** Images come from strangers: their texts don't move the terminal's cursor. */
const clean = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]+/gu, " ");

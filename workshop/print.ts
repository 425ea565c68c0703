/** What the workshop says, for a terminal: paragraphs as wide as it is, and at most so wide that one likes to read them. */
import { print } from "../common/cli.ts";
import type { Exercise } from "./exercises.ts";

/** In columns. */
const WIDEST = 96;

/** Paragraphs, wrapped; lines that begin with a space stay as they are. */
export function wrapped(text: string, indent = ""): string {
  const width = Math.min(process.stdout.columns ?? WIDEST, WIDEST) - indent.length;
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => fill(paragraph.split(/\s+/), width));
  return paragraphs
    .join("\n\n")
    .split("\n")
    .map((line) => (line === "" ? line : indent + line))
    .join("\n");
}

function fill(words: readonly string[], width: number): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}

export const show = (text: string): void => print(1, text);

export function showTask({ id, title, task }: Exercise): void {
  show(`${id} ${title}\n\n${wrapped(task, "  ")}\n`);
}

export const COMMAND = "npm run workshop --";

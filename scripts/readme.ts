/**
 * `npm run readme`: records the terminals of README.md anew, by running their commands. Nothing in them is typed by hand,
 * and a test records them again and compares.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const repo = path.join(import.meta.dirname, "..");
export const readme = path.join(repo, "README.md");

/** The text with what each command of a "console" block says, as of now. */
export function record(text: string): string {
  return text.replace(/^```console\n([\s\S]*?)^```$/gm, (_, block: string) => {
    const commands = block.split("\n").filter((line) => line.startsWith("$ "));
    return `\`\`\`console\n${commands.map((line) => `${line}\n${output(line.slice(2))}`).join("")}\`\`\``;
  });
}

/** Who records is root already, and has tsx at hand. */
function output(command: string): string {
  const words = command.replace(/^sudo /, "").replace(/^npx tsx /, `${process.execPath} --import tsx `);
  const { stdout, stderr } = spawnSync("sh", ["-c", words], { cwd: repo, encoding: "utf8" });
  return stderr + stdout;
}

if (import.meta.filename === process.argv[1]) {
  writeFileSync(readme, record(readFileSync(readme, "utf8")));
}

import { readdirSync } from "node:fs";
import path from "node:path";
import { home } from "../../../common/home.ts";
import { type Check, said } from "../../world.ts";

const check: Check = ({ container, run, claim }) =>
  container([], "echo 1 >/new; rm /etc/os-release", async () => {
    const [id = ""] = readdirSync(path.join(home(), "containers"));
    const upper = path.join(home(), "containers", id, "upper");
    const files = readdirSync(upper, { recursive: true }) as string[];
    const ended = await run("diff", id);
    const lists = (line: string) => () =>
      `'diff' lacks "${line}". In its upper directory there are ${files.join(", ")}. ${said(ended)}`;
    for (const [line, what] of [
      ["A /new", "an added file"],
      ["D /etc/os-release", "a deleted file, which is a whiteout there"],
    ] as const)
      claim(`'diff' lists ${what}`, ended.stdout.split("\n").includes(line), lists(line));
  });

export default check;

import { existsSync } from "node:fs";
import path from "node:path";
import { type Check, said } from "../../world.ts";

const shells = (process.env.PATH ?? "")
  .split(":")
  .map((folder) => path.join(folder, "sh"))
  .filter((file) => existsSync(file));

const check: Check = async ({ run, claim }) => {
  const found = await run("run", "sh", "-c", "echo hello");
  claim(
    "a command without a slash is found in PATH",
    found.stdout === "hello\n",
    () =>
      `execve looked for a file called "sh" in ${process.cwd()} and nowhere else; there is ${shells.join(" and ")}. ${said(found)}`,
  );
  const nowhere = await run("run", "no-such-command");
  claim("one that is nowhere ends with 127", nowhere.status === 127, () => said(nowhere));
};

export default check;

/** Programs that keep credentials in a desktop's keychain or the like: docker-credential-helpers. */
import { spawn } from "node:child_process";
import * as v from "valibot";
import { UserError } from "../common/errors.ts";
import type { Credentials } from "./credentials.ts";
import { parseJson } from "./schema.ts";

/** The server on stdin, JSON on stdout. undefined for a server that nobody is logged in to; throws a UserError where the helper fails. */
export async function askHelper(name: string, server: string): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  if (name.includes("/"))
    throw new UserError(`${JSON.stringify(program)}: not the name of a credential helper`);
  const { status, stdout } = await runHelper(program, server);
  if (status !== 0) {
    // "credentials not found in native keychain": it answers so for every registry that one isn't logged in to.
    if (/not found/i.test(stdout)) return undefined;
    throw new UserError(`${program} get: it failed with status ${status}`, {
      hint: `try: echo ${server} | ${program} get`,
    });
  }
  const schema = v.object({ Username: v.string(), Secret: v.string() });
  const result = v.safeParse(schema, parseJson(program, Buffer.from(stdout)));
  if (!result.success) throw new UserError(`${program} get: its answer isn't as specified`);
  const { Username, Secret } = result.output;
  if (Secret === "") return undefined;
  return Username === "<token>" ? { identityToken: Secret } : { username: Username, password: Secret };
}

function runHelper(program: string, input: string): Promise<{ status: number | null; stdout: string }> {
  const child = spawn(program, ["get"], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.on("error", () => {}); // One that doesn't read says so by its status.
  child.stdin.end(input);
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  return new Promise((resolve, reject) => {
    child.on("close", (status) => resolve({ status, stdout }));
    child.on("error", ({ code }: NodeJS.ErrnoException) =>
      reject(
        new UserError(`${program}: ${code}`, {
          hint: "your config.json names it: install it, or log in again",
        }),
      ),
    );
  });
}

/** The browser mode: a learner's page, in Chromium, and pages and requests of strangers, which must not get a shell. */
import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { createServer, request } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, connect } from "node:net";
import { networkInterfaces } from "node:os";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";
import { WebSocket } from "ws";
import { node } from "../../scripts/root.ts";
import {
  assert,
  findProcess,
  findTool,
  need,
  type Running,
  repo,
  root,
  run,
  start,
  suite,
  tempDir,
  tool,
} from "../../test/harness.ts";
import { mayConnect } from "./guard.ts";
import { openWorkshop } from "./server.ts";

const test = suite("workshop in a browser");
const needs = [root, tool("unshare"), tool("chromium")];

/** A repository of the learner's, with the book built. */
const copy = tempDir();
const FOLDERS = [
  "chapters",
  "common",
  "containers",
  "images",
  "scripts",
  "site",
  "syscall",
  "workshop",
  "package.json",
];
if (!existsSync(path.join(repo, "site/dist/index.html")))
  await run(node(path.join(repo, "site/build.ts"), []));
for (const name of FOLDERS) cpSync(path.join(repo, name), path.join(copy, name), { recursive: true });
symlinkSync(path.join(repo, "node_modules"), path.join(copy, "node_modules"));
const env = {
  FT_DOCKER_HOME: tempDir(),
  FT_DOCKER_BUNDLES: undefined,
  SUDO_UID: undefined,
  SHELL: "/bin/sh",
};
const workshop = (...words: string[]) => node(path.join(copy, "workshop/main.ts"), words);

let browser: Browser | undefined;
/** A name of a stranger's that means this machine: DNS rebinding. */
const STRANGER = "stranger.example";
async function openBrowser(): Promise<Browser> {
  browser ??= await chromium.launch({
    executablePath: findTool("chromium") ?? "",
    args: ["--no-sandbox", `--host-resolver-rules=MAP ${STRANGER} 127.0.0.1`],
  });
  return browser;
}

async function serve(): Promise<{ server: Running; port: number; token: string; address: string }> {
  const server = start(workshop("serve", "0"), { env, cwd: copy });
  const [address = "", port, token = ""] = await server.waitFor(
    /http:\/\/127\.0\.0\.1:(\d+)\/#([0-9a-f]{32})/,
  );
  return { server, port: Number(port), token, address };
}

/** "open", or the status with which the connection is refused. */
function connection(port: number, protocols: string[], headers: Record<string, string>): Promise<string> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, protocols, { headers });
  return new Promise((resolve, reject) => {
    socket.on("open", () => {
      socket.close();
      resolve("open");
    });
    socket.on("unexpected-response", (asked, { statusCode }) => {
      asked.destroy();
      resolve(`${statusCode}`);
    });
    socket.on("error", reject);
  });
}

function status(port: number, pathname: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: "127.0.0.1", path: pathname, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on("error", reject).end();
  });
}

test("who has not the token, our Origin and our Host gets no terminal", async () => {
  const token = "0123456789abcdef0123456789abcdef";
  const server = await openWorkshop(new Map([["/", { type: "text/html", body: "" }]]), 0, token);
  const { port } = server;
  const ours = { origin: `http://127.0.0.1:${port}` };
  try {
    assert.is(await connection(port, ["workshop", token], ours), "open");
    assert.is(await connection(port, ["workshop", token.replace("0", "1")], ours), "403");
    assert.is(await connection(port, ["workshop"], ours), "403");
    assert.is(await connection(port, ["workshop", token], {}), "403");
    for (const origin of ["http://127.0.0.1:1", "http://evil.example", "null", `https://127.0.0.1:${port}`])
      assert.is(await connection(port, ["workshop", token], { origin }), "403", origin);
    const rebound = { host: `${STRANGER}:${port}`, origin: `http://${STRANGER}:${port}` };
    assert.is(await connection(port, ["workshop", token], rebound), "403");
    assert.is(await status(port, "/"), 200);
    assert.is(await status(port, "/", { host: rebound.host }), 403);
    assert.is(await status(port, "/", { host: "127.0.0.1" }), 403);
    assert.is(await status(port, "/book/../../../package.json"), 404);
    assert.is(await status(port, "//[/%00%"), 404);
  } finally {
    await server.close();
  }
});

const outside = Object.values(networkInterfaces())
  .flat()
  .find((each) => each && !each.internal && each.family === "IPv4")?.address;

test(
  "other machines can't reach it",
  [need("needs an address beside the loopback's", () => outside !== undefined)],
  async () => {
    const server = await openWorkshop(new Map(), 0, "token");
    const code = await new Promise((resolve) => {
      const socket = connect(server.port, outside, () => resolve("connected"));
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    await server.close();
    assert.is(code, "ECONNREFUSED");
  },
);

/** What a page of another origin gets, that knows even the token. */
const HOSTILE = `(port) => new Promise((resolve) => {
  const socket = new WebSocket("ws://127.0.0.1:" + port + "/", ["workshop", "token"]);
  socket.onmessage = () => resolve("a message of the shell's");
  socket.onerror = () => resolve("refused");
})`;

test("a hostile page gets no shell; without the guard it does", [tool("chromium")], async () => {
  const hostile = createServer((_, response) =>
    response.setHeader("content-type", "text/html").end("<p>Hello"),
  );
  await new Promise<void>((resolve) => hostile.listen(0, "127.0.0.1", resolve));
  const page = await (await openBrowser()).newPage();
  try {
    await page.goto(`http://127.0.0.1:${(hostile.address() as AddressInfo).port}/`);
    for (const [guard, expected] of [
      [mayConnect, "refused"],
      [() => true, "a message of the shell's"],
    ] as const) {
      const server = await openWorkshop(new Map(), 0, "token", guard);
      assert.is(await page.evaluate(`(${HOSTILE})(${server.port})`), expected);
      const rebound = await page.request.get(`http://127.0.0.1:${server.port}/`, {
        headers: { host: STRANGER },
      });
      assert.is(rebound.status(), 403);
      await server.close();
    }
  } finally {
    await page.close();
    hostile.close();
  }
});

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

test("a learner's page: the terminal, the check, a hint, the book's commands", needs, async () => {
  assert.is((await run(workshop("start", "02"), { env, cwd: copy })).status, 0);
  const { server, port, address } = await serve();
  const page = await (await openBrowser()).newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  try {
    await page.goto(address);
    await page.getByRole("heading", { name: "02.1 A namespace for names" }).waitFor();
    assert.is(page.url(), `http://127.0.0.1:${port}/`, "the token isn't shown");
    const screen = page.locator("#terminal .xterm-rows");
    await page.locator("#terminal textarea").focus();
    await page.keyboard.type("echo typed-$((40 + 2))\n");
    await screen.getByText("typed-42").waitFor();
    await page.getByRole("button", { name: "Check" }).click();
    await page.locator(".unmet", { hasText: "02.1: its UTS namespace is its own" }).waitFor();
    assert.match(
      (await page.locator("#result").textContent()) ?? "",
      /still in the host's UTS namespace: uts:\[\d+\]/,
    );
    await page.getByRole("button", { name: "Hint" }).click();
    await page.getByRole("heading", { name: "Hint 1 of 3" }).waitFor();
    await page.locator("#task .command").first().click();
    await screen.getByText("npm run workshop -- run readlink").waitFor();
    await page.keyboard.press("Control+c");
    await page.frameLocator("#book").locator(".terminal kbd").first().click();
    await screen.getByText("hostname").waitFor();
    assert.equal(complaints, []);
    await page.evaluate(AXE);
    const violations =
      await page.evaluate(`axe.run({ resultTypes: ["violations"], iframes: false }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ": " + target.join(" "))))`);
    assert.equal(violations, []);
    // By a name that the browser takes for this machine, nothing is served.
    assert.is((await page.goto(`http://${STRANGER}:${port}/`))?.status(), 403);
  } finally {
    await page.close();
    server.child.kill("SIGTERM");
    await server.done;
  }
});

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  test(`the server's end, by ${signal}, ends the shells and what they run`, async () => {
    const { server, port, token } = await serve();
    const headers = { origin: `http://127.0.0.1:${port}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, ["workshop", token], { headers });
    await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
    const word = `1000.${process.pid}${signal.length}`;
    socket.send(JSON.stringify({ type: "input", data: `sleep ${word}\n` }));
    const pid = await findProcess(new RegExp(`^sleep ${word}$`), server);
    const closed = new Promise((resolve) => socket.on("close", resolve));
    server.child.kill(signal);
    await Promise.all([server.done, closed]);
    while (existsSync(`/proc/${pid}`)) await new Promise((resolve) => setTimeout(resolve, 10));
  });
}

test.after(async () => browser?.close());

test.run();

/** A shell on a pseudo-terminal, as a reader has it before them: what is typed and what comes, with the times. */
import { type Running, terminal } from "../../test/harness.ts";
import type { Event } from "../recordings.ts";

const KEYS: Readonly<Record<string, string>> = { "^C": "\x03", "^Z": "\x1a", "^D": "\x04" };
/** In milliseconds: a key that came before its command was in the foreground is typed again. */
const AGAIN = 500;
/** Milliseconds: what comes in shorter intervals comes at once, for who looks. */
const AT_ONCE = 40;
/** A shell waits for a line (or for the rest of one). */
/** What moves the cursor, or clears: the text alone is kept. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what such a sequence begins with
const MOVES = /\x1b\[[\d;?]*[A-Za-z]/g;
/** In milliseconds: who waits longer for a prompt waits in vain. */
const PATIENCE = 60_000;
const PROMPT = /(?:^|\n)(?:host)?[#$>] $/;

export class Session {
  readonly events: Event[] = [];
  private readonly shell: Running;
  private readonly host: boolean;
  /** What has come since something was typed. */
  private came = "";
  /** What was typed, and hasn't come back as an echo yet. */
  private echo = "";
  private last = 0;
  private readonly waiting = new Set<() => void>();

  /** `host`: it is the second terminal, and its events are marked so. */
  private constructor(host: boolean) {
    this.host = host;
    this.shell = terminal(["sh", "-i"], { rows: 24, columns: 100 });
    this.last = performance.now();
    this.shell.child.stdout?.on("data", (chunk: Buffer | string) => this.receive(String(chunk)));
  }

  static async start(host: boolean): Promise<Session> {
    const session = new Session(host);
    await session.prompt();
    // Not by the environment: what runs in here has prompts of its own.
    await session.type(`PS1='${host ? "host" : ""}$ '`);
    await session.prompt();
    session.events.splice(0, session.events.length - 1);
    return session;
  }

  private receive(chunk: string): void {
    const text = chunk.replaceAll("\r\n", "\n").replaceAll("\r", "").replace(MOVES, "");
    // The terminal's echo is what was typed, and is in the list already.
    let at = 0;
    while (at < text.length && this.echo !== "" && text[at] === this.echo[0]) {
      this.echo = this.echo.slice(1);
      at++;
    }
    const rest = text.slice(at);
    this.came += rest;
    // What comes after a key begins a line of its own, whether or not the program sees to it.
    const afterKey = this.events.at(-1)?.typed && !this.events.at(-1)?.text.endsWith("\n");
    if (rest !== "") this.add(afterKey && !rest.startsWith("\n") ? `\n${rest}` : rest);
    for (const check of this.waiting) check();
  }

  private add(text: string, typed?: true): void {
    const now = performance.now();
    const after = Math.round(now - this.last);
    const previous = this.events.at(-1);
    if (!typed && previous && !previous.typed && after < AT_ONCE) {
      this.events[this.events.length - 1] = { ...previous, text: previous.text + text };
      return;
    }
    this.last = now;
    this.events.push({ after, text, ...(typed && { typed }), ...(this.host && { host: true }) });
  }

  /** Resolves when a shell waits for a line; rejects when the terminal is gone. */
  prompt(): Promise<void> {
    return this.until(() => this.echo === "" && PROMPT.test(this.came));
  }

  private until(met: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const vain = setTimeout(() => reject(new Error(`no prompt after: ${this.came}`)), PATIENCE);
      const check = () => {
        if (!met()) return;
        this.waiting.delete(check);
        clearTimeout(vain);
        resolve();
      };
      this.waiting.add(check);
      check();
      this.shell.done.then(() => reject(new Error(`the terminal ended after: ${this.came}`)), reject);
    });
  }

  /** Types a line as soon as there is a prompt, or one of KEYS when the running command has written a line. */
  async type(line: string): Promise<void> {
    const key = KEYS[line];
    if (!key) {
      await this.prompt();
      this.send(`${line}\n`, `${line}\n`, `${line}\n`);
      return;
    }
    await this.until(() => this.came.includes("\n"));
    this.send(line, line, key);
    const again = setInterval(() => this.shell.type(key), AGAIN);
    await this.prompt().finally(() => clearInterval(again));
  }

  private send(shown: string, echo: string, bytes: string): void {
    this.add(shown, true);
    this.came = "";
    this.echo = echo;
    this.shell.type(bytes);
  }

  /** Ends the shell, whatever it does; its terminal is gone then, and so is what ran on it. */
  async end(): Promise<void> {
    this.shell.child.kill("SIGTERM");
    await this.shell.done;
  }
}

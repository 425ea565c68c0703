/** Reads a chapter's text, and runs the commands that it names: what docs/writing.md defines. */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { compile } from "@mdx-js/mdx";
import matter from "gray-matter";
import remarkGfm from "remark-gfm";
import { type Options, type Running, repo, run, start, tempDir, terminal } from "./harness.ts";

/** An element of the text, `<Run command="…" />` say. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its words, without markup. */
  readonly text: string;
  /** The element that it stands in, if it does. */
  readonly parent: string | undefined;
}

export interface Text {
  /** The folder of the chapter. */
  readonly chapter: string;
  readonly frontMatter: Readonly<Record<string, unknown>>;
  readonly elements: readonly Element[];
  /** What a text must not have: expressions, imports and exports, and attributes that aren't texts. */
  readonly code: readonly string[];
  /** How many words there are to read. */
  readonly words: number;
}

/** The part of a syntax tree that is looked at here: `mdast` and its MDX nodes. */
interface Node {
  readonly type: string;
  readonly name?: string | null;
  readonly value?: string;
  readonly attributes?: readonly { type: string; name?: string; value?: unknown }[];
  readonly children?: readonly Node[];
}

export const chapters = (): string[] =>
  readdirSync(path.join(repo, "chapters")).filter((chapter) => existsSync(textFile(chapter)));

const textFile = (chapter: string) => path.join(repo, "chapters", chapter, "index.mdx");

/** Throws where the text is no MDX. */
export async function readText(chapter: string): Promise<Text> {
  const { data, content } = matter(readFileSync(textFile(chapter), "utf8"));
  let tree: Node = { type: "root" };
  const keep = () => (root: Node) => {
    tree = root;
  };
  await compile(content, { remarkPlugins: [remarkGfm, keep] });
  return { chapter, frontMatter: data, elements: elements(tree), code: code(tree), words: count(tree) };
}

const isElement = (node: Node) => node.type.startsWith("mdxJsx");

function elements(node: Node, parent?: string): Element[] {
  const name = isElement(node) ? (node.name ?? "") : undefined;
  const inner = (node.children ?? []).flatMap((child) => elements(child, name ?? parent));
  if (name === undefined) return inner;
  const attributes = (node.attributes ?? []).map((each) => [each.name ?? "", String(each.value ?? "")]);
  return [{ name, attributes: Object.fromEntries(attributes), text: words(node), parent }, ...inner];
}

function code(node: Node): string[] {
  const wrong = (node.attributes ?? []).filter(
    ({ type, value }) => type !== "mdxJsxAttribute" || typeof value !== "string",
  );
  return [
    ...(/^mdx(js|Flow|Text)/.test(node.type) && !isElement(node) ? [node.value ?? node.type] : []),
    ...wrong.map(({ name }) => `${node.name} ${name}`),
    ...(node.children ?? []).flatMap(code),
  ];
}

const words = (node: Node): string => node.value ?? (node.children ?? []).map(words).join(" ");
const count = (node: Node): number => words(node).split(/\s+/).length;

export interface Transcript {
  readonly output: string;
  readonly status: number | null;
}

/** What stands before a line that is typed on the host, in a second terminal. */
const HOST = "host$ ";
const KEYS: Readonly<Record<string, string>> = { "^C": "\x03", "^Z": "\x1a", "^D": "\x04" };
/** In milliseconds: a key that came before its command was in the foreground is typed again. */
const AGAIN = 500;

/** Types what a reader would type; `sudo` and `npx tsx` are what they are for us: this Node, as root. */
export class Keyboard {
  private readonly options: Options;

  constructor() {
    const bin = tempDir();
    const script = (name: string, body: string) => {
      writeFileSync(path.join(bin, name), `#!/bin/sh\n${body}\n`);
      chmodSync(path.join(bin, name), 0o755);
    };
    script("sudo", 'exec "$@"');
    script("npx", `shift; exec '${process.execPath}' --import '${import.meta.resolve("tsx")}' "$@"`);
    this.options = { env: { PATH: `${bin}:${process.env.PATH}`, FT_DOCKER_HOME: tempDir() } };
  }

  /** Types the lines into one shell; stdout and stderr are one output, in the order of writing. */
  async run(lines: string): Promise<Transcript> {
    const { stdout, status } = await run(["sh", "-c", `exec 2>&1\n${lines}`], this.options);
    return { output: stdout, status };
  }

  /** Runs a command on a terminal and types the lines at its prompts, or on the host. */
  async type(command: string, lines: readonly string[]): Promise<Transcript> {
    const container = terminal(["sh", "-c", `exec ${command}`], this.options);
    const host = start(["sh"], this.options);
    const parts: string[] = [];
    let shown = 0;
    const show = (more = "") => {
      const { stdout } = container.output();
      parts.push(stdout.slice(shown).replaceAll("\r\n", "\n"), more);
      shown = stdout.length;
    };
    let typed = 0;
    try {
      for (const line of lines) {
        const key = KEYS[line];
        if (key) {
          await press(container, key, typed);
        } else if (line.startsWith(HOST)) {
          // Where the container ends by what the line before did, no prompt comes any more.
          await prompt(container, typed).catch(() => {});
          show(`\n${line}\n${await answer(host, line.slice(HOST.length))}`);
        } else {
          await prompt(container, typed);
          typed = container.output().stdout.length;
          container.type(`${line}\n`);
        }
      }
    } finally {
      host.child.stdin?.end();
      container.child.stdin?.end();
    }
    const { status } = await container.done;
    show();
    return { output: parts.join(""), status };
  }
}

// What `waitFor` matches is stdout, a line's end, and stderr, which is empty here: script(1) has one output.

/** Waits for a prompt that isn't the one which stood there when `typed` characters had come. */
async function prompt(container: Running, typed: number): Promise<void> {
  await container.waitFor(new RegExp(`^[^]{${typed}}[^]*[#$] \\n$`));
}

/** Types a key when the command before it has written a line: it runs then, and the key is for it and not for the shell. */
async function press(container: Running, key: string, typed: number): Promise<void> {
  await container.waitFor(new RegExp(`^[^]{${typed}}([^\\n]*\\n){2}[^]*\\n$`));
  const written = container.output().stdout.length;
  container.type(key);
  const again = setInterval(() => container.type(key), AGAIN);
  await prompt(container, written).finally(() => clearInterval(again));
}

let answers = 0;
/** What a line that the host's shell runs says. */
async function answer(host: Running, line: string): Promise<string> {
  const before = host.output().stdout.length;
  const end = `end-of-answer-${++answers}`;
  host.type(`{ ${line}\n} 2>&1; echo ${end}\n`);
  await host.waitFor(new RegExp(`${end}\\n`));
  return host.output().stdout.slice(before).replace(`${end}\n`, "");
}

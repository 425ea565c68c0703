/** `completion SHELL` prints a script for the user's shell, which asks `__complete` for what could stand where the user is. */
import { type Command, type Commands, type Flags, print } from "../common/cli.ts";

/** The two commands, for a table of these other ones. */
export function completionCommands(commands: Commands): Readonly<Record<string, Command>> {
  const completion: Command = {
    usage: "bash|zsh|fish",
    help: "print a script for your shell: with it, Tab completes commands, flags and names",
    flags: {},
    description: [
      "The script also makes the command ft-docker, where there is no such command yet: it is this very program.",
    ],
    examples: [
      ['eval "$(… completion bash)"', "in ~/.bashrc; zsh has it in ~/.zshrc"],
      ["… completion fish | source", "in ~/.config/fish/config.fish"],
    ],
    run: async (_values, words) => (await import("./completion-scripts.ts")).completion(words),
  };
  const __complete: Command = {
    usage: "-- WORD…",
    help: "what the last word could be",
    flags: {},
    hidden: true,
    async run(_values, words) {
      const found = complete({ ...commands, completion }, words, await names());
      for (const { word, help } of found) print(1, help === undefined ? word : `${word}\t${help}`);
      return 0;
    },
  };
  return { completion, __complete };
}

export interface Candidate {
  readonly word: string;
  readonly help?: string | undefined;
}

/** What there is to be named. */
export interface Names {
  readonly containers: readonly Candidate[];
  readonly images: readonly Candidate[];
}

/** Stands for: files of the host. */
export const FILES = ":files";

async function names(): Promise<Names> {
  const { allContainers } = await import("./find.ts");
  const { formatStatus } = await import("./status.ts");
  const { listImages } = await import("../images/images.ts");
  const { familiar } = await import("../images/reference.ts");
  const { openStore } = await import("../images/store.ts");
  return {
    containers: allContainers().map((container) => ({
      word: container.config.name,
      help: formatStatus(container),
    })),
    images: listImages(openStore()).flatMap(({ reference }) =>
      reference ? [{ word: familiar(reference) }] : [],
    ),
  };
}

/** What the last of the words could be; it may be empty, or only have begun. */
export function complete(commands: Commands, words: readonly string[], known: Names): Candidate[] {
  const current = words.at(-1) ?? "";
  return candidates(commands, words.slice(0, -1), current, known).filter(
    ({ word }) => word === FILES || word.startsWith(current),
  );
}

function candidates(
  commands: Commands,
  before: readonly string[],
  current: string,
  known: Names,
): Candidate[] {
  const [first = "", second = ""] = before;
  const shown = Object.entries(commands).filter(([, { hidden }]) => !hidden);
  if (before.length === 0) return distinct(shown.map(([name, { help }]) => ({ word: name, help })));
  const one = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (one) return inCommand(one, before.slice(1), current, known);
  const group = shown.filter(([name]) => name.startsWith(`${first} `));
  if (before.length === 1)
    return group.map(([name, { help }]) => ({ word: name.slice(first.length + 1), help }));
  const two = Object.hasOwn(commands, `${first} ${second}`) ? commands[`${first} ${second}`] : undefined;
  return two ? inCommand(two, before.slice(2), current, known) : [];
}

/** Of commands of two words, the first one once. */
function distinct(all: readonly Candidate[]): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { word, help } of all) {
    const [first = ""] = word.split(" ");
    if (!found.has(first)) found.set(first, { word: first, help: first === word ? help : undefined });
  }
  return [...found.values()];
}

function inCommand(command: Command, before: readonly string[], current: string, known: Names): Candidate[] {
  const flags: Flags = { ...command.flags, help: { short: "h", help: "print the help of this command" } };
  const { waiting, words } = read(flags, before);
  if (waiting !== undefined) return valuesOf(waiting, flags[waiting]?.value ?? "", known);
  const [, assigned] = /^--([^=]+)=/.exec(current) ?? [];
  if (words === undefined && assigned !== undefined)
    return valuesOf(assigned, flags[assigned]?.value ?? "", known).map(({ word, help }) => ({
      word: word === FILES ? word : `--${assigned}=${word}`,
      help,
    }));
  if (words === undefined && current.startsWith("-"))
    return Object.entries(flags).map(([name, { help }]) => ({ word: `--${name}`, help }));
  return wordsOf(command, words?.length ?? 0, known);
}

/** The flag whose value comes next, and the words behind the flags, where there is one already. */
function read(
  flags: Flags,
  before: readonly string[],
): { waiting?: string | undefined; words?: readonly string[] } {
  for (let i = 0; i < before.length; i++) {
    const word = before[i] ?? "";
    if (word === "--") return { words: before.slice(i + 1) };
    if (!word.startsWith("-") || word === "-") return { words: before.slice(i) };
    const name = flagOf(flags, word);
    if (name === undefined) continue;
    if (i === before.length - 1) return { waiting: name };
    i++;
  }
  return {};
}

/** The flag's name, where its value is the next word. */
function flagOf(flags: Flags, word: string): string | undefined {
  const last = word.startsWith("--") ? word.slice(2) : word.slice(-1);
  const found = Object.entries(flags).find(([name, { short }]) =>
    word.startsWith("--") ? name === last : short === last,
  );
  return found?.[1].value !== undefined && !found[1].optionalValue ? found[0] : undefined;
}

/** By the name of the flag, and of its value in the help. */
function valuesOf(name: string, value: string, { containers, images }: Names): Candidate[] {
  if (name === "image") return [...images];
  const values = value.split("|").flatMap((each) => {
    if (each === "container:ID")
      return containers.map(({ word, help }) => ({ word: `container:${word}`, help }));
    return /^[a-z-]+$/.test(each) ? [{ word: each }] : [];
  });
  return /FILE|DIR|SRC/.test(value) ? [...values, { word: FILES }] : values;
}

/** By the command's usage: its words there say what each stands for, the last one for all behind it if it ends so. */
function wordsOf({ usage }: Command, index: number, { containers, images }: Names): Candidate[] {
  const places = usage.split(" ").filter((word) => !/^\[(flags|--.*)\]$/.test(word));
  const place = places[index] ?? (places.at(-1)?.includes("…") ? places.at(-1) : "") ?? "";
  if (place.includes("CONTAINER:"))
    return [...containers.map(({ word, help }) => ({ word: `${word}:`, help })), { word: FILES }];
  if (place.includes("CONTAINER")) return [...containers];
  if (/IMAGE|NAME\[:TAG/.test(place)) return index > 0 && !place.includes("…") ? [] : [...images];
  if (place.startsWith("NAME…")) return [...containers, ...images];
  return /^[a-z]+(\|[a-z]+)+$/.test(place) ? place.split("|").map((word) => ({ word })) : [];
}

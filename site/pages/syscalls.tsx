/** Every syscall that a chapter's list makes: its numbers, what it does, who calls it and why. */
import { CALLS, type CallName } from "../../syscall/calls.ts";
import type { Chapter } from "../chapters.ts";
import { sourceAddress } from "../context.ts";
import { type ListedStep, RUNTIME } from "../explain.ts";
import { renderPage } from "../layout.tsx";
import { curly } from "../typography.ts";
import { manualAddress, manualCommand, WORDS } from "../words/index.ts";

/** The lists of a chapter, whatever they are for. */
export interface ChapterLists {
  readonly chapter: Chapter;
  readonly lists: readonly (readonly ListedStep[])[];
}

interface Use {
  readonly why: string;
  readonly source: string;
}

export function syscallsPage(all: readonly ChapterLists[], chapters: readonly Chapter[]): string {
  const described = [...WORDS.values()].filter(({ kind }) => kind === "syscall").map(({ name }) => name);
  const called = all
    .flatMap(({ lists }) => lists.flat().map(({ call }) => call))
    .filter((call) => call !== RUNTIME);
  const names = [...new Set(called)].sort();
  const others = described.filter((name) => !called.includes(name)).sort();
  return renderPage({
    title: "Syscalls",
    description: "Every syscall that the chapters’ containers are made of: who calls it, and why.",
    address: "syscalls/",
    chapters,
    children: (
      <section className="index">
        <h1>Syscalls</h1>
        <p className="summary">A container is a list of these. Here is who calls which, and why.</p>
        {names.map((name) => (
          <Syscall key={name} name={name} all={all} />
        ))}
        <p className="summary others">
          These are in the texts or in the code, and in none of the lists above.
        </p>
        {others.map((name) => (
          <Syscall key={name} name={name} all={[]} />
        ))}
      </section>
    ),
  });
}

function Syscall({ name, all }: { name: string; all: readonly ChapterLists[] }) {
  const word = WORDS.get(name);
  const numbers = name in CALLS ? CALLS[name as CallName] : undefined;
  const users = all.flatMap(({ chapter, lists }) => {
    const uses = usesOf(name, lists.flat());
    return uses.length === 0 ? [] : [{ chapter, uses }];
  });
  return (
    <section className="entry" id={name}>
      <h2>
        <a href={`#${name}`}>
          <code>{name}</code>
        </a>
      </h2>
      <p>
        {word ? `It ${curly(word.means)}. ` : ""}
        <span className="facts">
          {numbers && `Number ${numbers.x64} on x64, ${numbers.arm64} on arm64. `}
          {word?.manual && <a href={manualAddress(word.manual)}>{manualCommand(word.manual)}</a>}
        </span>
      </p>
      {users.map(({ chapter, uses }) => (
        <Users key={chapter.name} chapter={chapter} uses={uses} />
      ))}
    </section>
  );
}

const Users = ({ chapter, uses }: { chapter: Chapter; uses: readonly Use[] }) => (
  <>
    <p className="by">
      <a href={`../${chapter.name}/`}>
        Chapter {chapter.number}, {chapter.title}
      </a>
    </p>
    <ul>
      {uses.map(({ why, source }) => (
        <li key={why}>
          {curly(why)}{" "}
          <a
            className="src"
            href={`${sourceAddress("../", source.split(":")[0] ?? "")}#L${source.split(":")[1]}`}
          >
            {source.split("/").at(-1)}
          </a>
        </li>
      ))}
    </ul>
  </>
);

/** Each reason once. */
function usesOf(name: string, steps: readonly ListedStep[]): Use[] {
  const uses = steps
    .filter(({ call }) => call === name)
    .map(({ why, source }): [string, string] => [why, source]);
  return [...new Map(uses)].map(([why, source]) => ({ why, source }));
}

/** The kernel's words: what the links in code and prose lead to, and what a script shows beside them. */
import type { Chapter } from "../chapters.ts";
import { renderPage } from "../layout.tsx";
import { curly } from "../typography.ts";
import { manualAddress, manualCommand, WORDS, type Word, wordId } from "../words/index.ts";

const KINDS: readonly (readonly [kind: Word["kind"], title: string])[] = [
  ["syscall", "Syscalls"],
  ["constant", "Flags and other constants"],
  ["errno", "Why syscalls fail"],
  ["file", "Files of the kernel"],
];

export const wordsPage = (chapters: readonly Chapter[]): string =>
  renderPage({
    title: "The kernel’s words",
    description: "Syscalls, flags, errors and files of the kernel, in a sentence each.",
    address: "words/",
    chapters,
    headings: KINDS.map(([kind, title]) => ({ depth: 2, id: kind, text: title })),
    children: (
      <section className="index">
        <h1>The kernel’s words</h1>
        <p className="summary">In code and in prose, each of these is a link to its sentence here.</p>
        {KINDS.map(([kind, title]) => (
          <section key={kind}>
            <h2 id={kind}>{title}</h2>
            <dl>
              {[...WORDS.values()]
                .filter((word) => word.kind === kind)
                .map((word) => (
                  <Entry key={word.name} word={word} />
                ))}
            </dl>
          </section>
        ))}
      </section>
    ),
  });

const Entry = ({ word }: { word: Word }) => (
  <div id={wordId(word.name)}>
    <dt>
      <code>{word.name}</code>
    </dt>
    <dd>
      {curly(word.means)}.{" "}
      <span className="by">
        {word.kind === "syscall" && <a href={`../syscalls/#${word.name}`}>where it is called</a>}
        {word.manual && <a href={manualAddress(word.manual)}>{manualCommand(word.manual)}</a>}
      </span>
    </dd>
  </div>
);

/** The list at a page's end of the kernel's words on it: what the links in code lead to. */
import type { Context } from "../context.ts";
import { manualAddress, manualCommand, WORDS, type Word, wordId } from "../words/index.ts";

export function Words({ context }: { context: Context }) {
  const words = [...context.words].sort().flatMap((name) => WORDS.get(name) ?? []);
  if (words.length === 0) return null;
  return (
    <details className="words">
      <summary>The kernel’s words on this page</summary>
      <dl>
        {words.map((word) => (
          <Entry key={word.name} word={word} context={context} />
        ))}
      </dl>
    </details>
  );
}

const Entry = ({ word, context }: { word: Word; context: Context }) => (
  <div id={context.prefix + wordId(word.name)}>
    <dt>
      <code>{word.name}</code>
    </dt>
    <dd>
      {word.means}.{" "}
      {word.kind === "syscall" && (
        <>
          <a href={`${context.root}syscalls/#${word.name}`}>Where it is called</a>{" "}
        </>
      )}
      {word.manual && <a href={manualAddress(word.manual)}>{manualCommand(word.manual)}</a>}
    </dd>
  </div>
);

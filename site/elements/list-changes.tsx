/** The difference between two chapters' lists of syscalls, for one and the same command. */
import { diffArrays } from "diff";
import type { Context } from "../context.ts";
import type { ListedStep } from "../explain.ts";

interface Props {
  readonly context: Context;
  readonly before: readonly ListedStep[];
  readonly after: readonly ListedStep[];
}

/** Steps are named by their numbers, which shift. */
const same = (a: ListedStep, b: ListedStep): boolean =>
  a.text.replace(/#\d+/g, "#") === b.text.replace(/#\d+/g, "#");

export function ListChanges({ context, before, after }: Props) {
  const parts = diffArrays([...before], [...after], { comparator: same });
  return (
    <figure className="code list-changes">
      <figcaption>
        <span>
          The list of <code>run /bin/true</code>, beside that of chapter {context.chapter.number - 1}
        </span>
      </figcaption>
      <pre tabIndex={0}>
        <code>
          {parts.flatMap(({ value, added, removed }) => {
            const [first] = value;
            if (!first) return [];
            if (!added && !removed) {
              return [
                <i className="x" key={`=${first.number}`}>
                  {`  ⋯ ${value.length === 1 ? "one step" : `${value.length} steps`} as before\n`}
                </i>,
              ];
            }
            const Tag = added ? "ins" : "del";
            return value.map(({ number, text, why }) => (
              <Tag key={`${Tag}${number}`}>
                {added ? "+ " : "- "}
                {text}
                <b className="c">{`  # ${why}`}</b>
                {"\n"}
              </Tag>
            ));
          })}
        </code>
      </pre>
    </figure>
  );
}

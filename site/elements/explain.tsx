/** `<Explain>`: a list of syscalls to step through; each step has the picture of the world after it. No script is needed. */
import { Fragment, type ReactNode } from "react";
import type { Context } from "../context.ts";
import { sourceAddress } from "../context.ts";
import type { ListedStep } from "../explain.ts";
import { NamespacesPicture } from "../pictures/namespaces.tsx";
import { curly } from "../typography.ts";
import { WORDS } from "../words/index.ts";
import { type World, worlds } from "../world.ts";
import { linkWords, WordLink } from "./tokens.tsx";
import { WorldPicture } from "./world.tsx";

export function Explain({ context, args }: { context: Context; args: string }) {
  const steps = context.lists.get(args);
  if (!steps) throw new Error(`${context.chapter.name}: no list for ${args}`);
  const id = `${context.prefix}list-${[...context.lists.keys()].indexOf(args) + 1}`;
  const all = worlds(steps);
  const spans = spansOf(all);
  context.styles.push(...spans.map(({ from, to }, i) => showRule(id, from, to, i)));
  const seen = new Set<string>();
  const isFirst = [...context.lists.keys()][0] === args;
  return (
    <>
      <figure className="steps" id={id}>
        <figcaption>
          <code>main.ts {args.replace("run", "run --explain")}</code>
          <span>
            {steps.length} syscalls. Choose one, or go up and down by the arrow keys: the picture shows the
            world after it.
          </span>
        </figcaption>
        <ol>
          {steps.map((step) => (
            <Step key={step.number} step={step} list={id} context={context} seen={seen} />
          ))}
        </ol>
        <div className="worlds" aria-live="polite">
          {spans.map(({ from, world }) => (
            <WorldPicture key={from} world={world} title={`After step ${from}, ${steps[from - 1]?.call}`} />
          ))}
        </div>
      </figure>
      {isFirst && context.namespaces && <NamespacesPicture sides={context.namespaces} />}
    </>
  );
}

interface StepProps {
  readonly step: ListedStep;
  readonly list: string;
  readonly context: Context;
  readonly seen: Set<string>;
}

function Step({ step, list, context, seen }: StepProps) {
  const { call, text, why, source } = step;
  const known = WORDS.has(call) && !seen.has(call);
  seen.add(call);
  return (
    <li>
      <label>
        <input type="radio" name={list} defaultChecked={step.number === 1} />
        <code>
          {known ? <WordLink name={call} context={context} /> : <b className="f">{call}</b>}
          {breakable(linkWords(text.slice(call.length), context, seen))}
        </code>
        <span>{curly(why)}</span>
      </label>
      <SourceLink source={source} context={context} />
    </li>
  );
}

function SourceLink({ source, context }: { source: string; context: Context }) {
  const [file = "", line] = source.split(":");
  const name = file.split("/").at(-1);
  return (
    <a className="src" href={`${sourceAddress(context.root, file)}#L${line}`}>
      {name}:{line}
    </a>
  );
}

/** Between flags a line may end. */
function breakable(node: ReactNode): ReactNode {
  if (Array.isArray(node)) return node.map(breakable);
  if (typeof node !== "string") return node;
  return node.split(/(?<=\|)/).map((part, i) => (
    <Fragment key={i}>
      {part}
      {part.endsWith("|") && <wbr />}
    </Fragment>
  ));
}

interface Span {
  /** Numbers of steps: the picture holds for these. */
  readonly from: number;
  readonly to: number;
  readonly world: World;
}

function spansOf(all: readonly World[]): Span[] {
  const spans: Span[] = [];
  for (const [i, world] of all.entries()) {
    const last = spans.at(-1);
    if (last && JSON.stringify(last.world) === JSON.stringify(world))
      spans[spans.length - 1] = { ...last, to: i + 1 };
    else spans.push({ from: i + 1, to: i + 1, world });
  }
  return spans;
}

const showRule = (id: string, from: number, to: number, i: number): string =>
  `@media screen{#${id}:has(li:nth-child(n+${from}):nth-child(-n+${to})>label>input:checked) .world:nth-child(${i + 1}){display:block}}`;

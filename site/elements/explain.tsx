/** `<Explain>`: a list of syscalls to step through; each step has the picture of the world after it. No script is needed. */
import type { Context } from "../context.ts";
import { slug, sourceAddress } from "../context.ts";
import type { ListedStep } from "../explain.ts";
import { WORDS } from "../words/index.ts";
import { type World, worlds } from "../world.ts";
import { linkWords, WordLink } from "./tokens.tsx";
import { WorldPicture } from "./world.tsx";

export function Explain({ context, args }: { context: Context; args: string }) {
  const steps = context.lists.get(args);
  if (!steps) throw new Error(`${context.chapter.name}: no list for ${args}`);
  const id = `${context.prefix}list-${slug(args)}`;
  const all = worlds(steps);
  const spans = spansOf(all);
  context.styles.push(...spans.map(({ from, to }, i) => showRule(id, from, to, i)));
  const seen = new Set<string>();
  return (
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
          <Step
            key={step.number}
            step={step}
            list={id}
            context={context}
            seen={seen}
            last={step.number === steps.length}
          />
        ))}
      </ol>
      <div className="worlds" aria-live="polite">
        {spans.map(({ from, world }) => (
          <WorldPicture
            key={from}
            world={world}
            title={from === 1 ? "After the clone" : `After step ${from}, ${steps[from - 1]?.call}`}
          />
        ))}
      </div>
    </figure>
  );
}

interface StepProps {
  readonly step: ListedStep;
  readonly list: string;
  readonly context: Context;
  readonly seen: Set<string>;
  readonly last: boolean;
}

function Step({ step, list, context, seen, last }: StepProps) {
  const { number, call, text, why, source } = step;
  const id = `${list}-${number}`;
  const known = WORDS.has(call) && !seen.has(call);
  seen.add(call);
  return (
    <li>
      <input type="radio" name={list} id={id} defaultChecked={last} />
      <label htmlFor={id}>
        <code>
          {known ? <WordLink name={call} context={context} /> : <b className="f">{call}</b>}
          {linkWords(text.slice(call.length), context, seen)}
        </code>
        <span>{why}</span>
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
  `#${id}:has(li:nth-child(n+${from}):nth-child(-n+${to})>input:checked) .world:nth-child(${i + 1}){display:block}`;

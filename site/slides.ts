/** Slides, made of a chapter's text: each heading is an idea and becomes a slide, with its first sentence and one thing to see. */

/** The part of a syntax tree (hast, with MDX's nodes) that is looked at here. */
interface Node {
  readonly type: string;
  readonly name?: string | null;
  readonly tagName?: string;
  readonly value?: string;
  readonly attributes?: readonly unknown[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly children?: readonly Node[];
}

interface Slide {
  readonly heading: Node;
  sentence: Node | undefined;
  /** A picture, a terminal, a list or a piece of code: the first that the text has. */
  shown: Node | undefined;
  /** What only the teacher sees. */
  readonly notes: Node[];
}

const SHOWN = ["Figure", "Run", "Layers", "Region"];
/** Sections that are for who reads alone. */
const LEFT_OUT = ["Challenges", "Questions"];

/** A rehype plugin: the text's nodes become slides. */
export const slides = () => (tree: unknown) => {
  const root = tree as { children: Node[] };
  const found: Slide[] = [];
  let leftOut = false;
  for (const node of root.children) {
    if (node.tagName === "h2") leftOut = LEFT_OUT.includes(textOf(node));
    if (leftOut && node.name === "Question") found.push(question(node));
    else if (leftOut && node.name === "Answer") found.at(-1)?.notes.push(node);
    if (leftOut) continue;
    if (/^h[23]$/.test(node.tagName ?? ""))
      found.push({ heading: node, sentence: undefined, shown: undefined, notes: [] });
    else add(found.at(-1), node);
  }
  root.children = found.filter((slide) => slide.sentence || slide.shown).map(section);
};

function add(slide: Slide | undefined, node: Node): void {
  if (!slide) return;
  if (node.name === "Teacher") slide.notes.push(node);
  else if (node.tagName === "p") slide.sentence ??= firstSentence(node);
  else if (SHOWN.includes(node.name ?? "") || ["ol", "ul"].includes(node.tagName ?? "")) slide.shown ??= node;
}

const question = (node: Node): Slide => ({
  heading: {
    type: "element",
    tagName: "h3",
    properties: {},
    children: [{ type: "text", value: "What do you think?" }],
  },
  sentence: node,
  shown: undefined,
  notes: [],
});

/** The paragraph up to its first full stop; its markup stays. */
function firstSentence(paragraph: Node): Node {
  const children: Node[] = [];
  for (const child of paragraph.children ?? []) {
    const end = child.type === "text" ? /[.?!:](?=\s|$)/.exec(child.value ?? "") : null;
    children.push(
      end
        ? { ...child, value: `${child.value?.slice(0, end.index)}${end[0] === ":" ? "." : end[0]}` }
        : child,
    );
    if (end) break;
  }
  return { ...paragraph, children };
}

/** `<Slide>` with the notes last. */
const section = ({ heading, sentence, shown, notes }: Slide): Node => ({
  type: "mdxJsxFlowElement",
  name: "Slide",
  attributes: [],
  children: [
    { ...heading, tagName: "h2" },
    sentence,
    shown,
    notes.length > 0 && element("Notes", notes),
  ].filter((node): node is Node => Boolean(node)),
});

const element = (name: string, children: readonly Node[]): Node => ({
  type: "mdxJsxFlowElement",
  name,
  attributes: [],
  children,
});

function textOf(node: Node): string {
  return node.value ?? (node.children ?? []).map(textOf).join("");
}

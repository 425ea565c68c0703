/** What stands where in a text: its headings, and under which of them each piece of code is shown. Filled while it is compiled. */

export interface Heading {
  readonly depth: number;
  readonly id: string;
  readonly text: string;
  /** The name of the page on which it is: "" is the chapter's first. */
  readonly page: string;
}

/** One of the pages on which a chapter stands. */
export interface PagePart {
  readonly name: string;
  /** "" for the first. */
  readonly title: string;
}

export interface Outline {
  readonly pages: PagePart[];
  readonly headings: Heading[];
  /** "Region container.ts container" → the heading above it. */
  readonly places: Map<string, Heading>;
  /** "main.ts" → what the text says of each hunk that no region shows, without markup. */
  readonly plumbing: Map<string, string[]>;
  /** The words of the glossary that the text uses, with the heading above the first use. */
  readonly terms: Map<string, { readonly means: string | undefined; readonly heading: Heading }>;
}

/** The part of a syntax tree (hast, with MDX's nodes) that is looked at here. */
interface Node {
  readonly type: string;
  readonly tagName?: string;
  readonly name?: string | null;
  readonly value?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly attributes?: readonly { readonly name?: string; readonly value?: unknown }[];
  readonly children?: readonly Node[];
}

export const emptyOutline = (): Outline => ({
  pages: [],
  headings: [],
  places: new Map(),
  plumbing: new Map(),
  terms: new Map(),
});

/** A rehype plugin, for after rehype-slug. */
export const fillOutline = (outline: Outline) => () => (tree: unknown) => visit(tree as Node, outline);

const TOP: Heading = { depth: 1, id: "top", text: "the beginning", page: "" };

function visit(node: Node, outline: Outline): void {
  const depth = /^h([2-4])$/.exec(node.tagName ?? "")?.[1];
  if (depth) {
    const id = String(node.properties?.id);
    outline.headings.push({ depth: Number(depth), id, text: textOf(node), page: pageOf(outline) });
  }
  if (node.type.startsWith("mdxJsx")) note(node, outline);
  for (const child of node.children ?? []) visit(child, outline);
}

function note(node: Node, outline: Outline): void {
  const heading = outline.headings.at(-1) ?? TOP;
  const attribute = (name: string) => {
    const found = node.attributes?.find((each) => each.name === name)?.value;
    return typeof found === "string" ? found : undefined;
  };
  const file = attribute("file") ?? "";
  const name = attribute("name") ?? "";
  if (node.name === "Region") outline.places.set(`Region ${file} ${name}`, heading);
  if (node.name === "File") outline.places.set(`File ${name}`, heading);
  if (node.name === "Diff") outline.places.set(`Diff ${file}`, heading);
  if (node.name === "Plumbing") {
    outline.places.set(`Plumbing ${file}`, heading);
    outline.plumbing.set(file, listItems(node).map(textOf));
  }
  if (node.name === "Challenge") {
    const id = `challenge-${name}`;
    outline.headings.push({ depth: 3, id, text: attribute("title") ?? "", page: pageOf(outline) });
  }
  if (node.name === "Page") outline.pages.push({ name, title: attribute("title") ?? "" });
  const used = outline.terms.get(name);
  if (node.name === "Term" && !used) outline.terms.set(name, { means: attribute("means"), heading });
}

const pageOf = ({ pages }: Outline): string => pages.at(-1)?.name ?? "";

const listItems = (node: Node): Node[] =>
  (node.children ?? []).flatMap((child) => (child.tagName === "li" ? [child] : listItems(child)));

function textOf(node: Node): string {
  const file = node.attributes?.find((each) => each.name === "file")?.value;
  if (node.name === "Source" && typeof file === "string") return file;
  return node.value ?? (node.children ?? []).map(textOf).join("");
}

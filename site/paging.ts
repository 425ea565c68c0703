/** A long text stands on several pages: what follows a `<Page>` becomes its content, and what is before the first one is a page too. */

interface Node {
  readonly type: string;
  readonly name?: string | null;
  readonly tagName?: string;
  readonly value?: string;
  readonly attributes?: readonly { readonly type: string; readonly name: string; readonly value: string }[];
  children?: Node[];
}

/** A rehype plugin. */
export const paging = () => (tree: unknown) => {
  const root = tree as Node;
  const pages = [page()];
  for (const node of root.children ?? []) {
    if (isPage(node)) pages.push(page(node.attributes));
    else pages.at(-1)?.children?.push(node);
  }
  if (pages.slice(1).some((each) => !beginsWithHeading(each)))
    throw new Error("a <Page> stands before a heading of the second level");
  root.children = pages;
};

const isPage = ({ type, name }: Node) => type.startsWith("mdxJsx") && name === "Page";

const page = (attributes?: Node["attributes"]): Node => ({
  type: "mdxJsxFlowElement",
  name: "Page",
  attributes: attributes ?? [{ type: "mdxJsxAttribute", name: "name", value: "" }],
  children: [],
});

const beginsWithHeading = ({ children = [] }: Node): boolean =>
  children.find(({ type, value }) => type !== "text" || value?.trim() !== "")?.tagName === "h2";

/** Straight quotes and apostrophes of prose become curly ones; code keeps its own. */

export const curly = (text: string): string =>
  text
    .replace(/(^|[\s(])"/g, "$1“")
    .replaceAll('"', "”")
    .replace(/(^|[\s(])'/g, "$1‘")
    .replaceAll("'", "’");

interface Node {
  readonly type: string;
  readonly tagName?: string;
  value?: string;
  readonly children?: readonly Node[];
}

/** A rehype plugin. */
export const quotes = () => (tree: unknown) => visit(tree as Node);

function visit(node: Node): void {
  if (node.tagName === "code" || node.tagName === "pre") return;
  if (node.type === "text" && node.value !== undefined) node.value = curly(node.value);
  for (const child of node.children ?? []) visit(child);
}

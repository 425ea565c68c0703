/** `<Figure>`: a picture that the text draws in characters. */
import { isValidElement, type ReactNode } from "react";
import { Boxes } from "../pictures/boxes.tsx";

interface FigureProps {
  readonly title: string;
  readonly description: string;
  readonly children?: ReactNode;
}

export const Figure = ({ title, description, children }: FigureProps) => (
  <figure className="picture">
    <div className="drawing" tabIndex={0}>
      <Boxes text={textOf(children)} title={`${title}: ${description}`} />
    </div>
    <figcaption>{title}</figcaption>
  </figure>
);

function textOf(node: ReactNode): string {
  if (typeof node === "string") return node.trim() === "" ? "" : node;
  if (Array.isArray(node)) return node.map(textOf).join("");
  return isValidElement<{ children?: ReactNode }>(node) ? textOf(node.props.children) : "";
}

/** What the page and the server say to each other, as JSON. The page is the learner's own, and all the same it is checked. */
import * as v from "valibot";

/** A window's size in characters: what a terminal can take. */
const Size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000));

export const FromPage = v.variant("type", [
  v.object({ type: v.literal("input"), data: v.string() }),
  v.object({ type: v.literal("resize"), columns: Size, rows: Size }),
  v.object({ type: v.literal("check") }),
  v.object({ type: v.literal("hint") }),
]);
export type FromPage = v.InferOutput<typeof FromPage>;

/** What the texts have is HTML, made by html.ts. */
export type ToPage =
  | { readonly type: "output"; readonly data: string }
  | { readonly type: "ended" }
  /** `book`: where the chapter's text is. */
  | { readonly type: "exercise"; readonly title: string; readonly task: string; readonly book: string }
  | { readonly type: "claim"; readonly text: string; readonly hint: string | undefined }
  | { readonly type: "checked"; readonly met: boolean; readonly why: string | undefined }
  | { readonly type: "hint"; readonly title: string; readonly text: string }
  | { readonly type: "error"; readonly text: string };

/** Syntax highlighting when the site is built: code becomes lines of tokens, each with a class of one letter. */
import { createCssVariablesTheme, createHighlighterCore } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import c from "shiki/langs/c.mjs";
import typescript from "shiki/langs/typescript.mjs";

export interface Token {
  readonly text: string;
  /** A class of the style sheet; undefined where the text has the colour of plain code. */
  readonly kind: string | undefined;
  /** It is what differs in its line. */
  readonly marked?: boolean;
}

export type Language = "typescript" | "c" | "text";

const theme = createCssVariablesTheme({ name: "variables", variablePrefix: "--" });
const highlighter = await createHighlighterCore({
  themes: [theme],
  langs: [typescript, c],
  engine: createJavaScriptRegexEngine(),
});

/** The theme's variables, and the classes for them; punctuation and names are plain. */
const KINDS: Readonly<Record<string, string>> = {
  "var(--token-keyword)": "k",
  "var(--token-string)": "s",
  "var(--token-string-expression)": "s",
  "var(--token-comment)": "c",
  "var(--token-constant)": "n",
  "var(--token-function)": "f",
};

const known = new Map<string, Token[][]>();

export function highlight(code: string, language: Language): Token[][] {
  const key = `${language} ${code}`;
  const lines = known.get(key) ?? tokenize(code, language);
  known.set(key, lines);
  return lines;
}

function tokenize(code: string, language: Language): Token[][] {
  if (language === "text") return code.split("\n").map((text) => [{ text, kind: undefined }]);
  const lines = highlighter.codeToTokensBase(code, { lang: language, theme: "variables" });
  return lines.map((line) =>
    merge(line.map(({ content, color }) => ({ text: content, kind: kindOf(content, color) }))),
  );
}

/** Operators are keywords to the grammar; here they are plain. */
const kindOf = (text: string, color: string | undefined) =>
  /^\W+$/.test(text) && color === "var(--token-keyword)" ? undefined : KINDS[color ?? ""];

/** Neighbours of one kind are one token; space has no colour, so it joins the token before it. */
function merge(tokens: readonly Token[]): Token[] {
  const merged: Token[] = [];
  for (const token of tokens) {
    const last = merged.at(-1);
    if (last && (last.kind === token.kind || token.text.trim() === "")) {
      merged[merged.length - 1] = { text: last.text + token.text, kind: last.kind };
    } else merged.push(token);
  }
  return merged;
}

export function languageOf(file: string): Language {
  if (file.endsWith(".ts")) return "typescript";
  return file.endsWith(".c") ? "c" : "text";
}

/** The exercises' texts as HTML: paragraphs, and code between backticks. */

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** What begins with a command of the reader's is one to click on. */
const COMMAND = /^(npm|npx|sudo) /;

export const paragraphs = (text: string): string =>
  text
    .split(/\n{2,}/)
    .map(
      (paragraph) => `<p>${escaped(paragraph).replace(/`([^`]+)`/g, (_, code: string) => inline(code))}</p>`,
    )
    .join("");

const inline = (code: string): string =>
  COMMAND.test(code) ? `<button type="button" class="command">${code}</button>` : `<code>${code}</code>`;

export const lines = (text: string): string => `<pre>${escaped(text)}</pre>`;

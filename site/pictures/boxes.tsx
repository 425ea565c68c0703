/**
 * Draws a picture that is written in box characters (─ │ ┌ ▶ …): lines become lines, words stay words. The text can be read
 * as it is; the drawing has no gaps between its lines, whatever the font.
 */

/** A character's cell, in units of the drawing. */
const W = 8;
const H = 18;

/** Which of the four directions a character's lines go to. */
const LINES: Readonly<Record<string, string>> = {
  "─": "lr",
  "│": "ud",
  "┌": "rd",
  "┐": "ld",
  "└": "ru",
  "┘": "lu",
  "├": "rud",
  "┤": "lud",
  "┬": "lrd",
  "┴": "lru",
  "┼": "lrud",
};
/** Heads of arrows, as paths around the middle of a cell. */
const HEADS: Readonly<Record<string, string>> = {
  "▶": "M-4-4 5 0-4 4z",
  "◀": "M4-4-5 0 4 4z",
  "▼": "M-4-4h8L0 6z",
  "▲": "M-4 4h8L0-6z",
};

export function Boxes({ text, title }: { text: string; title: string }) {
  const rows = text
    .replace(/\n+$/, "")
    .split("\n")
    .map((line) => [...line]);
  const columns = Math.max(...rows.map((row) => row.length));
  return (
    <svg
      className="boxes"
      role="img"
      aria-label={title}
      viewBox={`0 0 ${columns * W + 8} ${rows.length * H + 4}`}
      style={{ maxWidth: `${((columns * W + 8) * 1.15).toFixed(0)}px` }}
    >
      <path
        className="line"
        d={rows.map((row, y) => row.map((char, x) => lines(char, x, y)).join("")).join("")}
      />
      {rows.flatMap((row, y) =>
        row.flatMap((char, x) =>
          HEADS[char]
            ? [
                <path
                  key={`${x},${y}`}
                  className="head"
                  d={HEADS[char]}
                  transform={`translate(${middle(x, y).join(" ")})`}
                />,
              ]
            : [],
        ),
      )}
      {rows.flatMap((row, y) =>
        words(row.join("")).map(({ at, word }) => <Word key={`${at},${y}`} at={at} y={y} word={word} />),
      )}
    </svg>
  );
}

const middle = (x: number, y: number): [number, number] => [x * W + W / 2 + 4, y * H + H / 2 + 2];

function lines(char: string, x: number, y: number): string {
  const [cx, cy] = middle(x, y);
  const to: Readonly<Record<string, string>> = {
    l: `H${cx - W / 2}`,
    r: `H${cx + W / 2}`,
    u: `V${cy - H / 2}`,
    d: `V${cy + H / 2}`,
  };
  return [...(LINES[char] ?? "")].map((direction) => `M${cx} ${cy}${to[direction]}`).join("");
}

/** Runs of text without two spaces in them. */
function words(line: string): { at: number; word: string }[] {
  const text = [...line].map((char) => (LINES[char] || HEADS[char] ? "\0" : char)).join("");
  return [...text.matchAll(/[^\0 ]+(?: [^\0 ]+)*/g)].map((match) => ({ at: match.index, word: match[0] }));
}

const Word = ({ at, y, word }: { at: number; y: number; word: string }) => (
  <text x={at * W + 4} y={y * H + 15} textLength={word.length > 1 ? word.length * W : undefined}>
    {word}
  </text>
);

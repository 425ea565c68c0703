/** The launcher, byte by byte. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Chapter, repo } from "../chapters.ts";
import { sourceAddress } from "../context.ts";
import { highlight } from "../highlight.ts";
import { renderPage } from "../layout.tsx";
import { explainedListing, LISTING, type Passage } from "../listing.ts";

const SOURCE = "syscall/native/launch.c";

export function launcherPage(chapters: readonly Chapter[]): string {
  const passages = explainedListing();
  const last = passages.at(-1)?.instructions.at(-1);
  const size = last ? last.offset + last.bytes.length / 2 : 0;
  return renderPage({
    title: "The launcher",
    description: `The ${size} bytes of machine code that run a container’s list of syscalls, explained line by line.`,
    address: "launcher/",
    chapters,
    headings: HEADINGS,
    children: (
      <article className="launcher">
        <header>
          <h1>The launcher</h1>
          <p className="summary">
            {size} bytes of machine code run the list. They are all that is native in this book. Here is each
            of them.
          </p>
        </header>
        <p>
          JavaScript can’t run in a child that was just cloned: its heap isn’t there. So TypeScript writes a
          list into memory, and this function walks along it. It uses no library and has no data of its own.
          It never waits, and decides two things only: whether it has become a child, and whether to go on
          after an error.
        </p>
        <h2 id="bytes">The bytes</h2>
        <p>
          On the left what the processor reads (x64), in the middle what an assembler calls it, on the right
          what it means here.
        </p>
        <Table passages={passages} />
        <h2 id="source">The source</h2>
        <p>
          The bytes are compiled from <a href={sourceAddress("../", SOURCE)}>launch.c</a> and kept in the
          repository (<a href={sourceAddress("../", LISTING)}>x64</a>,{" "}
          <a href={sourceAddress("../", LISTING.replace("x64", "arm64"))}>arm64</a>), so that you need no
          compiler. A test compiles them again and compares.
        </p>
        <figure className="code">
          <figcaption>
            <a href={sourceAddress("../", SOURCE)}>launch.c</a>
            <span>the whole file</span>
          </figcaption>
          <pre tabIndex={0}>
            <code>
              {highlight(readFileSync(path.join(repo, SOURCE), "utf8").trimEnd(), "c").map((tokens, i) => [
                ...tokens.map(({ text, kind }) =>
                  kind ? (
                    <b key={`${i} ${text}`} className={kind}>
                      {text}
                    </b>
                  ) : (
                    text
                  ),
                ),
                "\n",
              ])}
            </code>
          </pre>
        </figure>
      </article>
    ),
  });
}

const HEADINGS = [
  { depth: 2, id: "bytes", text: "The bytes" },
  { depth: 2, id: "source", text: "The source" },
];

const Table = ({ passages }: { passages: readonly Passage[] }) => (
  <div className="wide" tabIndex={0}>
    <table className="listing">
      <thead>
        <tr>
          <th scope="col">at</th>
          <th scope="col">bytes</th>
          <th scope="col">assembly</th>
          <th scope="col">what it does</th>
        </tr>
      </thead>
      {passages.map(({ instructions, says }) => (
        <tbody key={instructions[0]?.offset}>
          {instructions.map(({ offset, bytes, assembly }, i) => (
            <tr key={offset}>
              <td>
                <code>{offset}</code>
              </td>
              <td>
                <code>{bytes.replace(/(..)(?=.)/g, "$1 ")}</code>
              </td>
              <td>
                <code>{assembly.replace(/ [0-9a-f]{6} <launch(.*)>/, " launch$1")}</code>
              </td>
              {i === 0 && (
                <td rowSpan={instructions.length} className="says">
                  {says}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  </div>
);

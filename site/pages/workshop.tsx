/** For who teaches this: schedules, slides, the room, what goes wrong in it, and all notes of the chapters. */
import { Fragment } from "react";
import { type Chapter, twoDigits } from "../chapters.ts";
import { fragmentContext } from "../content.ts";
import { elements } from "../elements/index.tsx";
import type { Fragment as Part } from "../fragments.ts";
import { renderPage } from "../layout.tsx";
import { clock, halfDay, type Slot, schedule } from "../schedule.ts";
import { TROUBLES } from "../troubles.tsx";

/** "chapters 01 to 03" */
function taught(slots: readonly Slot[]): string {
  const numbers = slots.flatMap(({ chapter }) => (chapter ? [twoDigits(chapter.number)] : []));
  return `chapters ${numbers[0]} to ${numbers.at(-1)}`;
}

export function workshopPage(fragments: readonly Part[], chapters: readonly Chapter[]): string {
  return renderPage({
    title: "Teaching it",
    description:
      "A workshop from this book: schedule, room, printing, offline use, and the notes for teachers.",
    address: "workshop/",
    chapters,
    headings: HEADINGS,
    children: (
      <article>
        <header>
          <h1>Teaching it</h1>
          <p className="summary">
            A workshop for people who write programs and have used containers. Nobody needs to know the
            kernel.
          </p>
        </header>
        <h2 id="schedule">A schedule</h2>
        <p>
          It is computed from the minutes that each chapter states, with half as much again for explaining.
          Skip the challenges, or give them as homework.
        </p>
        <h3 id="day">A day: all chapters</h3>
        <Schedule slots={schedule(chapters)} />
        <h3 id="half-a-day">Half a day: {taught(halfDay(chapters))}</h3>
        <Schedule slots={halfDay(chapters)} />
        <h2 id="slides">Slides and hand-outs</h2>
        <p>
          They are made of the chapters’ texts, one idea a slide: dark on light, nothing thin and nothing
          small, for a projector in a room with windows. The arrow keys lead on and back, <kbd>n</kbd> shows
          your notes. Printed, they are the hand-out: slides with notes, and room to write between them.
        </p>
        <ul>
          {chapters.map(({ name, number, title }) => (
            <li key={name}>
              <a href={`../slides/${twoDigits(number)}/`}>
                {twoDigits(number)} {title}
              </a>
            </li>
          ))}
        </ul>
        <h2 id="room">The room</h2>
        <ul>
          <li>
            A Linux machine for each pair, with Node 20 or newer and root. A virtual machine does; a container
            doesn’t, unless it may make namespaces and mounts.
          </li>
          <li>
            No such machine? <code>vagrant up</code> makes one, <code>sudo workshop/provision.sh</code> a bare
            Debian or Ubuntu into one; <code>docs/workshop.md</code> has both, and Macs and Windows.
          </li>
          <li>
            Have everybody run <code>npm ci</code> and <code>npm run doctor</code> the day before. Each line
            that isn’t in order names its fix.
          </li>
          <li>
            Two terminals side by side, here as on the projector: one inside the container, one on the host.
            Most of what is to be seen is a difference between the two.
          </li>
          <li>
            <code>npm run clean</code> puts a machine back as it was, whatever somebody has killed.
          </li>
        </ul>
        <h2 id="troubles">What goes wrong in rooms</h2>
        <dl className="troubles">
          {TROUBLES.map(([sees, answer]) => (
            <Fragment key={sees}>
              <dt>{sees}</dt>
              <dd>{answer}</dd>
            </Fragment>
          ))}
        </dl>
        <h2 id="exercises">On their own code</h2>
        <p>
          <code>npm run workshop -- start 03</code> gives a folder, <code>mine/03-pid-mnt</code>, with a
          program that does what chapter 02’s does, and the first of chapter 03’s exercises. Each asks for a
          few lines, and has an effect that can be seen. One edits them there, and types:
        </p>
        <ul>
          <li>
            <code>npm run workshop -- check</code>: it starts the program and looks at the kernel’s account of
            it. What is missing is told as the state of the world: in which namespace the process still is,
            say. After a success it tells why it works. <code>watch</code> checks at each save.
          </li>
          <li>
            <code>hint</code>: first the idea, then the call, then the lines. <code>diff</code> shows what is
            left; <code>solution</code> writes it.
          </li>
          <li>
            <code>run COMMAND</code>: the program’s own <code>run</code>. As for a check, it is in a stand-in
            for the host, so that a mistake renames or unmounts nothing of the machine’s.
          </li>
          <li>
            <code>list</code>: how far one is. <code>reset</code> begins the exercise again, and keeps what
            was there in <code>mine/copies</code>.
          </li>
        </ul>
        <p>
          <code>npm run workshop -- serve</code> shows the book, the exercise and a terminal in a browser on
          the same machine. In a virtual machine without one, forward the port:{" "}
          <code>vagrant ssh -- -L 8010:127.0.0.1:8010</code>.
        </p>
        <h2 id="offline">Without a network, and on paper</h2>
        <p>
          <code>npm run workshop -- bundle DIRECTORY</code> fills a USB stick: Node, the packages, this
          repository, the built site and a root filesystem. <code>sh install.sh</code> on it needs no network,
          and compares each file with its checksum first.
        </p>
        <p>
          The site is plain files and asks nothing of other servers. <code>npm run site:serve</code> shows it
          on each machine. The containers need no network either: their root filesystem is made from the
          machine’s own tools. For paper, print <a href="../all/">the book on one page</a>: what is folded on
          the screen is unfolded there.
        </p>
        <h2 id="notes">The notes, chapter by chapter</h2>
        <p>They stand in the chapters too, folded, where they belong.</p>
        {fragments.map(({ chapter, Body, outline }) => (
          <section key={chapter.name}>
            <h3>
              <a href={`../${chapter.name}/`}>
                {twoDigits(chapter.number)} {chapter.title}
              </a>
            </h3>
            <Body components={elements(fragmentContext(chapter, outline))} />
          </section>
        ))}
      </article>
    ),
  });
}

const HEADINGS = [
  { depth: 2, id: "schedule", text: "A schedule" },
  { depth: 2, id: "slides", text: "Slides and hand-outs" },
  { depth: 2, id: "room", text: "The room" },
  { depth: 2, id: "troubles", text: "What goes wrong in rooms" },
  { depth: 2, id: "exercises", text: "On their own code" },
  { depth: 2, id: "offline", text: "Without a network, and on paper" },
  { depth: 2, id: "notes", text: "The notes, chapter by chapter" },
];

const Schedule = ({ slots }: { slots: readonly Slot[] }) => (
  <div className="wide" tabIndex={0}>
    <table className="schedule">
      <thead>
        <tr>
          <th scope="col">from</th>
          <th scope="col">minutes</th>
          <th scope="col">what</th>
        </tr>
      </thead>
      <tbody>
        {slots.map(({ from, minutes, what, chapter }) => (
          <tr key={from} className={chapter ? undefined : "pause"}>
            <td>{clock(from)}</td>
            <td>{minutes}</td>
            <td>
              {chapter && (
                <>
                  <a href={`../${chapter.name}/`}>
                    {twoDigits(chapter.number)} {chapter.title}
                  </a>
                  {": "}
                </>
              )}
              {what}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** `<Run>`: a terminal with what was typed, and what came: recorded, readable as text, and played by a script where there is one. */
import type { Context } from "../context.ts";
import { type Event, keyOf, type Transcript } from "../recordings.ts";

interface RunProps {
  readonly context: Context;
  readonly command: string;
  readonly type?: string;
}

export function Run({ context, command, type }: RunProps) {
  const transcript = context.transcripts.get(keyOf(command, type));
  return (
    <figure className="terminal">
      <figcaption>
        <span>{transcript ? "terminal" : "a terminal that isn’t recorded yet"}</span>
      </figcaption>
      <pre tabIndex={0}>
        <code>{transcript ? <Recorded transcript={transcript} /> : <Commands lines={command} />}</code>
      </pre>
    </figure>
  );
}

const Commands = ({ lines }: { lines: string }) =>
  lines.split("\n").map((line) => (
    <span key={line}>
      {"$ "}
      <kbd>{line}</kbd>
      {"\n"}
    </span>
  ));

/** The times stand beside the text, so that a script can play it: `data-t`, in milliseconds. */
function Recorded({ transcript: { events } }: { transcript: Transcript }) {
  return events.map((event, i) => {
    const time = event.after > 20 ? event.after : undefined;
    return <Part key={i} event={event} time={time} />;
  });
}

function Part({ event, time }: { event: Event; time: number | undefined }) {
  const { text, typed, host } = event;
  const place = host ? "host" : undefined;
  if (typed) {
    return (
      <kbd className={place} data-t={time}>
        {text}
      </kbd>
    );
  }
  if (!time && !place) return text;
  return (
    <span className={place} data-t={time}>
      {text}
    </span>
  );
}

/** `<Layers>`: a container's overlay, as it was recorded: for each changed file what is in which layer, and what is seen. */
import type { Context } from "../context.ts";
import { type Entry, layersOf } from "../layers.ts";

const NAMES = 132;
const COLUMN = 112;
const BOX = { width: COLUMN - 10, height: 28 };
/** Where each row begins. */
const ROWS = { merged: 34, upper: 88, lower: 142 };
const HEIGHT = ROWS.lower + BOX.height + 4;

export function Layers({ context }: { context: Context }) {
  const layers = [...context.transcripts.values()].map(layersOf).find((each) => each !== undefined);
  if (!layers) throw new Error(`${context.chapter.name}: no recorded terminal shows an overlay`);
  const { lower, upper, entries } = layers;
  const width = NAMES + entries.length * COLUMN;
  return (
    <figure className="picture">
      <div className="drawing" tabIndex={0}>
        <svg
          className="layers"
          role="img"
          aria-label={`What is in which layer. ${entries.map(sentence).join(" ")}`}
          viewBox={`0 0 ${width} ${HEIGHT}`}
        >
          <Name y={ROWS.merged} name="seen" place="merged" />
          <Name y={ROWS.upper} name="its own" place="upper" />
          <Name y={ROWS.lower} name="shared" place={lower.length === 1 ? "lower" : `${lower.length} lower`} />
          {entries.map((entry, i) => (
            <Column key={entry.path} entry={entry} x={NAMES + i * COLUMN} />
          ))}
        </svg>
      </div>
      <figcaption>
        The same container as a picture: <code>{upper}</code> on top of <code>{lower.join(", ")}</code>.
      </figcaption>
    </figure>
  );
}

function sentence({ path, upper, below, seen }: Entry): string {
  const lower = below ? ", on top of what is below" : ", with nothing below";
  return `${path}: ${upper} in the upper directory${lower}; ${seen ? "seen" : "not seen"}.`;
}

const Name = ({ y, name, place }: { y: number; name: string; place: string }) => (
  <>
    <text x={0} y={y + 12} className="name">
      {place}
    </text>
    <text x={0} y={y + 27} className="small">
      {name}
    </text>
  </>
);

function Column({ entry: { path, upper, below, seen }, x }: { entry: Entry; x: number }) {
  const middle = x + BOX.width / 2;
  return (
    <>
      <text x={middle} y={18} className="path">
        {path}
      </text>
      {seen ? (
        <>
          <path className="up" d={`M${middle} ${ROWS.upper}V${ROWS.merged + BOX.height + 7}`} />
          <path className="head" d={`M${middle - 4} ${ROWS.merged + BOX.height + 8}h8l-4-7z`} />
          <Box x={x} y={ROWS.merged} kind="own" text={SEEN[upper]} />
        </>
      ) : (
        <Box x={x} y={ROWS.merged} kind="none" text="nothing" />
      )}
      <Box x={x} y={ROWS.upper} kind="own" text={upper} />
      {below && (
        <>
          <path className="stopped" d={`M${middle} ${ROWS.lower}V${ROWS.upper + BOX.height + 8}m-6 0h12`} />
          <Box x={x} y={ROWS.lower} kind="host" text="the original" />
        </>
      )}
    </>
  );
}

const SEEN = { "a copy": "changed", new: "new", opaque: "empty", whiteout: "" } as const;

interface BoxProps {
  readonly x: number;
  readonly y: number;
  readonly kind: "own" | "host" | "none";
  readonly text: string;
}

const Box = ({ x, y, kind, text }: BoxProps) => (
  <>
    <rect x={x + 0.5} y={y + 0.5} width={BOX.width - 1} height={BOX.height - 1} rx={4} className={kind} />
    <text x={x + BOX.width / 2} y={y + 18.5} className={kind}>
      {text}
    </text>
  </>
);

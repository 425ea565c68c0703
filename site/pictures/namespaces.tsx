/** Who is in which namespace: the host on one side, the container on the other, and between them what both share. */
import type { Sides } from "../recordings.ts";

/** The kernel's names for the types, and people's, in the order of the picture. */
const TYPES: readonly (readonly [type: string, name: string])[] = [
  ["uts", "UTS"],
  ["ipc", "IPC"],
  ["pid", "PID"],
  ["mnt", "mount"],
  ["cgroup", "cgroup"],
  ["net", "network"],
  ["user", "user"],
  ["time", "time"],
];

const WIDTH = 640;
const ROW = 34;
const TOP = 46;
/** Boxes: from x, how wide. */
const NAMES = 86;
const HALF = (WIDTH - NAMES - 14) / 2;

export function NamespacesPicture({ sides }: { sides: Sides }) {
  const types = TYPES.filter(([type]) => sides.host[type] && sides.container[type]);
  const own = types.filter(([type]) => sides.host[type] !== sides.container[type]).map(([, name]) => name);
  const says =
    own.length === 0
      ? "All are the host’s."
      : `The container’s own: ${own.join(", ")}. All others are the host’s.`;
  return (
    <figure className="picture">
      <div className="drawing" tabIndex={0}>
        <svg
          className="sides"
          role="img"
          aria-label={`Who is in which namespace. ${says}`}
          viewBox={`0 0 ${WIDTH} ${TOP + types.length * ROW}`}
        >
          <text x={NAMES + HALF / 2} y={18} className="host">
            a shell on the host
          </text>
          <text x={NAMES + HALF + 14 + HALF / 2} y={18} className="own">
            the container’s command
          </text>
          <text x={NAMES + HALF + 14 + HALF / 2} y={36} className="small">
            {sides.pid === sides.inside
              ? `PID ${sides.pid} for both`
              : `PID ${sides.inside} for itself, ${sides.pid} for the host`}
          </text>
          {types.map(([type, name], i) => (
            <Row
              key={type}
              name={name}
              y={TOP + i * ROW}
              host={sides.host[type]}
              container={sides.container[type]}
            />
          ))}
        </svg>
      </div>
      <figcaption>
        Namespaces, from both sides: the numbers are those of /proc/PID/ns, as they were recorded. {says}
      </figcaption>
    </figure>
  );
}

interface RowProps {
  readonly name: string;
  readonly y: number;
  readonly host: number | undefined;
  readonly container: number | undefined;
}

function Row({ name, y, host, container }: RowProps) {
  return (
    <>
      <text x={NAMES - 14} y={y + 18} className="name">
        {name}
      </text>
      {host === container ? (
        <Box x={NAMES} y={y} width={HALF * 2 + 14} side="host" number={host} />
      ) : (
        <>
          <Box x={NAMES} y={y} width={HALF} side="host" number={host} />
          <Box x={NAMES + HALF + 14} y={y} width={HALF} side="own" number={container} />
        </>
      )}
    </>
  );
}

interface BoxProps {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly side: "host" | "own";
  readonly number: number | undefined;
}

const Box = ({ x, y, width, side, number }: BoxProps) => (
  <>
    <rect x={x + 0.5} y={y + 1} width={width - 1} height={26} rx={4} className={side} />
    <text x={x + width / 2} y={y + 18} className={`${side} number`}>
      {number}
    </text>
  </>
);

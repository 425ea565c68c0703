/** The picture beside a list of syscalls: namespaces, host name, mounts, session and program after a step. */
import type { Group, IdMap, Mount, NetworkPath, World } from "../world.ts";

/** As the kernel's flags name them, and as people do. */
const TYPES: readonly (readonly [flag: string, name: string])[] = [
  ["UTS", "UTS"],
  ["IPC", "IPC"],
  ["PID", "PID"],
  ["NS", "mount"],
  ["CGROUP", "cgroup"],
  ["NET", "network"],
  ["USER", "user"],
];

export function WorldPicture({ world, title }: { world: World; title: string }) {
  return (
    <div className="world">
      <p className="world-title">{title}</p>
      <dl>
        <dt>namespaces</dt>
        <dd className="chips">
          {TYPES.map(([flag, name]) => (
            <Chip key={flag} name={name} own={world.namespaces.includes(flag)} />
          ))}
        </dd>
        <dt>host name</dt>
        <dd className={world.hostname.startsWith("the host") ? "host" : "own"}>{world.hostname}</dd>
        <dt>files</dt>
        <dd>
          <Tree world={world} />
        </dd>
        <dt>cgroup</dt>
        <dd>
          <Cgroup world={world} />
        </dd>
        {world.namespaces.includes("NET") && (
          <>
            <dt>network</dt>
            <dd>
              <Network path={world.network} />
            </dd>
          </>
        )}
        {world.namespaces.includes("USER") && (
          <>
            <dt>users and groups</dt>
            <dd>
              <IdMaps maps={world.maps} />
            </dd>
          </>
        )}
        <dt>session</dt>
        <dd className={world.session.startsWith("its own") ? "own" : "host"}>{world.session}</dd>
        <dt>program</dt>
        <dd className={world.program === "launcher" ? "host" : "own"}>
          <code>{world.program}</code>
        </dd>
      </dl>
    </div>
  );
}

function Cgroup({ world: { groups, entered } }: { world: World }) {
  const isMade = groups.some(({ made }) => made);
  return (
    <>
      <span className={entered ? "own" : "host"}>
        {!isMade ? "the host’s" : entered ? "its own" : "its own, with nobody in it yet"}
      </span>
      {groups.length > 0 && (
        <ul className="tree">
          <li className="host">
            <code>/sys/fs/cgroup</code>
          </li>
          {groups.map((group) => (
            <GroupEntry key={group.path} group={group} />
          ))}
        </ul>
      )}
    </>
  );
}

/** A long id is told by its beginning. */
const ID = /([0-9a-f]{4})[0-9a-f]{8}\b/;

const GroupEntry = ({ group: { path, made, files } }: { group: Group }) => (
  <>
    {path !== "" && (
      <li className={made ? "own" : "host"} style={{ marginLeft: "1em" }}>
        <code>{path.replace(ID, "$1…")}</code>
      </li>
    )}
    {Object.entries(files).map(([file, values]) => (
      <li key={file} className={made ? "own" : "host"} style={{ marginLeft: path === "" ? "1em" : "2em" }}>
        <code>{file}</code> {values.length === 1 ? values : `${values.length} lines`}
      </li>
    ))}
  </>
);

/** The way of a packet, from the container outwards. */
function Network({ path: { addresses, veth, bridge, translated } }: { path: NetworkPath }) {
  if (!veth && !addresses) return <span className="own">its own, with nothing in it</span>;
  return (
    <ul className="tree">
      <li className="own">
        <code>eth0</code> {addresses?.join(", ") ?? "no address yet"}
      </li>
      <li className="host">
        ↓ <code>{veth?.replace(ID, "$1…")}</code> the other end
      </li>
      <li className="host">
        ↓ <code>{bridge}</code> a bridge
      </li>
      {translated && <li className="host">↓ out, with the host’s address</li>}
    </ul>
  );
}

function IdMaps({ maps }: { maps: readonly IdMap[] }) {
  if (maps.length === 0) return <span className="host">its own, with nobody in it yet</span>;
  return (
    <ul className="tree">
      {maps.map(({ of, inside, outside, count }) => (
        <li key={`${of} ${inside}`}>
          <span className="own">
            {of} {range(inside, count)}
          </span>{" "}
          <span className="host">= the host’s {range(outside, count)}</span>
        </li>
      ))}
    </ul>
  );
}

const range = (from: number, count: number): string =>
  count === 1 ? String(from) : `${from}–${from + count - 1}`;

const Chip = ({ name, own }: { name: string; own: boolean }) => (
  <span className={own ? "own" : "host"}>
    {name}
    <i> {own ? "own" : "host’s"}</i>
  </span>
);

function Tree({ world }: { world: World }) {
  const { root, linked, mounts, namespaces } = world;
  const mine = namespaces.includes("NS");
  const { layers, readOnly: isReadOnly } = mounts.find(({ path }) => path === "/") ?? {};
  const below = mounts.filter(({ path }) => path !== "/");
  return (
    <ul className="tree">
      {root !== "own" && (
        <li className="host">
          <code>/</code> the host’s{mine && (linked ? ", a copy that is still linked" : ", a private copy")}
          {root === "stacked" && ", on top of the new root"}
        </li>
      )}
      {root !== "host" && (
        <li className="own">
          <code>/</code> the root filesystem{isReadOnly && ", read-only"}
        </li>
      )}
      {layers?.map((layer, i) => (
        <li className={i === 0 ? "own" : "host"} key={layer} style={{ marginLeft: "1em" }}>
          {i === 0 ? "upper" : "lower"} <code>{layer.replace(/^(\.\.\/)+/, "").replace(ID, "$1…")}</code>
        </li>
      ))}
      {folded(below).map(({ path, what, readOnly }) => (
        <li className="own" key={path} style={indent(path)}>
          <code>{path}</code> {what}
          {readOnly && ", read-only"}
        </li>
      ))}
    </ul>
  );
}

/** As deep as it lies in the tree. */
const indent = (path: string) => ({ marginLeft: `${path.split("/").length - 1}em` });

/** Longer lists of mounts below one directory are one line: masks would fill the picture. */
function folded(mounts: readonly Mount[]): Mount[] {
  const top = (path: string) => path.split("/").slice(0, 2).join("/");
  const masks = mounts.filter(({ path }) => /^\/(proc|sys)\/./.test(path));
  const others = mounts.filter((each) => !masks.includes(each)).map(shorter);
  if (masks.length < 2) return [...others, ...masks];
  return [
    ...others,
    { path: `${top(masks[0]?.path ?? "")}/…`, what: `${masks.length} mounts that mask`, readOnly: false },
  ];
}

/** The built-in root filesystem's path is longer than the picture is wide. */
const shorter = (mount: Mount): Mount =>
  mount.path.length < 30
    ? mount
    : {
        ...mount,
        path: `…/${mount.path.split("/").at(-1)}`,
        what: mount.layers ? "the overlay" : "the root filesystem, bound to itself",
      };

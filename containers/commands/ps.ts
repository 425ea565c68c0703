import { isSet, print, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { isOrdinary } from "../../common/rootless.ts";
import { printRows, type Row } from "../../images/commands/table.ts";
import { takeWords } from "../../images/commands/words.ts";
import { formatAge } from "../../images/units.ts";
import { type Facts, formatPort, networkOf } from "../facts.ts";
import { allContainers, type Container } from "../find.ts";
import { formatStatus, imageName, statusWord } from "../status.ts";

const COLUMNS = {
  ID: "CONTAINER ID",
  Image: "IMAGE",
  Command: "COMMAND",
  RunningFor: "CREATED",
  Status: "STATUS",
  Ports: "PORTS",
  Names: "NAMES",
};
/** Of a command that isn't printed in full, in characters: as in Docker. */
const SHORT = 20;

/** Those that run, or all; the newest first. */
export function ps(values: Values, words: readonly string[], facts: Facts): number {
  takeWords("ps", words, "[flags]", { min: 0, max: 0 });
  const filters = (values.filter ?? []).map(parseFilter);
  const last = isSet(values, "latest") ? 1 : lastOf(values);
  // As in Docker: who asks for a status, or for the last ones, means those as well that have ended.
  const all = isSet(values, "all") || last !== undefined || filters.some(({ key }) => key === "status");
  const chosen = allContainers()
    .filter((container) => all || ["running", "restarting"].includes(container.state.status))
    .slice(0, last)
    .filter((container) => filters.every(({ matches }) => matches(container)));
  if (isSet(values, "quiet")) for (const { config } of chosen) print(1, config.id);
  else {
    const full = isSet(values, "no-trunc");
    printRows(
      values,
      COLUMNS,
      chosen.map((container) => toRow(container, full, facts)),
    );
  }
  return 0;
}

function lastOf(values: Values): number | undefined {
  const [text] = values.last ?? [];
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UserError(`--last ${text}: not a number of containers`, { hint: "--last 5" });
}

interface Filter {
  readonly key: string;
  matches(container: Container): boolean;
}

const STATUSES = ["created", "running", "paused", "restarting", "exited"];

function parseFilter(text: string): Filter {
  const [, key = "", value = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  const refuse = (why: string, hint: string) => new UserError(`--filter ${text}: ${why}`, { hint });
  if (key === "name") return { key, matches: ({ config }) => config.name.includes(value) };
  if (key === "id") return { key, matches: ({ config }) => config.id.startsWith(value) };
  // Docker's name for it is `ancestor`.
  if (key === "image" || key === "ancestor")
    return {
      key,
      matches: ({ config }) =>
        [config.image, `${config.image}:latest`].includes(value) || isId(config.imageId, value),
    };
  if (key === "status") {
    if (STATUSES.includes(value)) return { key, matches: (container) => statusWord(container) === value };
    throw refuse("no such status", STATUSES.join(", "));
  }
  throw refuse("no such filter", "name=, id=, image= or status=");
}

const isId = (imageId: string | undefined, text: string): boolean =>
  imageId !== undefined && text.length >= 12 && imageId.replace("sha256:", "").startsWith(text);

function toRow(container: Container, full: boolean, facts: Facts): Row {
  const { config, state } = container;
  const command = config.command.join(" ");
  const short = full || command.length <= SHORT ? command : `${command.slice(0, SHORT - 1)}…`;
  const ports = state.status === "running" ? facts.published(config.flags.publish ?? []) : [];
  return {
    ID: config.id,
    Names: config.name,
    Image: imageName(container),
    Command: `"${short.replace(/["\\]/g, "\\$&")}"`,
    CreatedAt: config.created,
    RunningFor: formatAge(Date.now() - Date.parse(config.created)),
    Status: formatStatus(container),
    State: statusWord(container),
    Ports: ports.map(formatPort).join(", "),
    Networks: networkOf(config, isOrdinary()),
    Mounts: (config.flags.volume ?? []).join(","),
  };
}

import { isSet, print, type Values } from "../../common/cli.ts";
import { liveChanges } from "../../common/ledger.ts";
import { isOrdinary } from "../../common/rootless.ts";
import { printRows } from "../../images/commands/table.ts";
import { takeWords } from "../../images/commands/words.ts";
import { networkOf } from "../facts.ts";
import { allContainers, isRunning } from "../find.ts";

const COLUMNS = { Name: "NAME", Driver: "DRIVER", Link: "LINK", Containers: "CONTAINERS" };

/** Driver by name of the network; Docker's are called like this as well. */
const NETWORKS = { bridge: "bridge", host: "host", none: "null" } as const;

/** There are three, and nobody makes more. The bridge has its link while a container is on it. */
export function networkLs(values: Values, words: readonly string[]): number {
  takeWords("network ls", words, "[flags]", { min: 0, max: 0 });
  const used = allContainers()
    .filter(isRunning)
    .map(({ config }) => networkOf(config, isOrdinary()));
  const bridge = liveChanges().find((change) => change.kind === "bridge");
  const rows = Object.entries(NETWORKS).map(([Name, Driver]) => ({
    Name,
    Driver,
    Link: Name === "bridge" && bridge?.kind === "bridge" ? bridge.bridge : "",
    Containers: `${used.filter((name) => name === Name).length}`,
  }));
  if (isSet(values, "quiet")) for (const { Name } of rows) print(1, Name);
  else printRows(values, COLUMNS, rows);
  return 0;
}

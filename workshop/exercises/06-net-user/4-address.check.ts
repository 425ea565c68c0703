import { readFileSync } from "node:fs";
import type { Check } from "../../world.ts";

const check: Check = ({ container, claim }) =>
  container([], "", ({ pid }) => {
    const routes = readFileSync(`/proc/${pid}/net/route`, "latin1").trim().split("\n").slice(1);
    const columns = routes.map((line) => line.split("\t"));
    claim(
      "its address has neighbours",
      columns.some(([link, to]) => link === "eth0" && to !== "00000000"),
      () =>
        `/proc/${pid}/net/route has ${routes.length} routes, and none is for a network of eth0's: it has no address, or is down.`,
    );
    claim(
      "a route leads to everybody else",
      columns.some(([link, to]) => link === "eth0" && to === "00000000"),
      () =>
        `/proc/${pid}/net/route has a way to its neighbours, and none to 0.0.0.0, which is everybody else.`,
    );
  });

export default check;

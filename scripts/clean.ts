/** `npm run clean`: undoes what killed runs left on the host. */
import { cleanUp } from "../common/ledger.ts";

const runs = cleanUp();
console.log(
  runs === 0 ? "nothing to clean: no run was left half-way" : `cleaned up after ${runs} run(s) that had died`,
);

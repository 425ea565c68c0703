/** What came of the attempts in all containers: what is wrong with it, and what is recorded of it for the site. */
import type { Attempt } from "./attempt.ts";
import { CONTAINERS, type Container, DEFAULT } from "./guards.ts";
import type { Outcome } from "./program.ts";
import type { World } from "./world.ts";

/** For each attempt what came of it in the containers in which it was tried. */
export type Results = ReadonlyMap<Attempt, ReadonlyMap<Container, Outcome>>;

export function attackAll(world: World, attempts: readonly Attempt[]): Results {
  const results = new Map(attempts.map((attempt) => [attempt, new Map<Container, Outcome>()]));
  for (const container of CONTAINERS)
    for (const [attempt, outcome] of world.attack(container)) results.get(attempt)?.set(container, outcome);
  return results;
}

/** What a kernel says that was built without what is attacked. */
const NOT_BUILT = ["ENOSYS", "EAFNOSUPPORT", "EPROTONOSUPPORT", "ENODEV"];

/** Why the attempt says nothing on this machine, if it doesn't. */
export function lack(attempt: Attempt, found: ReadonlyMap<Container, Outcome>): string | undefined {
  if (attempt.needs && !attempt.needs.here()) return `needs ${attempt.needs.what}`;
  const open = [...found].filter(([container]) => isOpen(attempt, container)).map(([, outcome]) => outcome);
  const [said = ""] = open;
  return open.every((outcome) => outcome === said) && NOT_BUILT.includes(said)
    ? `this kernel hasn't got it: ${said} where nothing refuses`
    : undefined;
}

/** All that refuses is off. */
const isOpen = ({ guards, allowed }: Attempt, { off, flags }: Container): boolean =>
  guards.every((guard) => off.includes(guard)) && flags.join(" ") !== allowed?.refusedBy.join(" ");

/** What isn't as the table says; none where all is well. */
export function problems(attempt: Attempt, found: ReadonlyMap<Container, Outcome>): string[] {
  const wrong = (container: Container, outcome: Outcome, expected: string) =>
    `${container.name || "a default container"}: ${outcome}, not ${expected}`;
  const said = found.get(DEFAULT) ?? "";
  return [
    ...(said === attempt.refused ? [] : [wrong(DEFAULT, said, attempt.refused)]),
    ...[...found].flatMap(([container, outcome]) => {
      const expected = isOpen(attempt, container) ? "works" : "refused";
      return (outcome === "works") === (expected === "works") ? [] : [wrong(container, outcome, expected)];
    }),
    ...([...found].some(([container]) => isOpen(attempt, container))
      ? []
      : ["no container shows that it can work"]),
  ];
}

export interface Recorded {
  readonly outcome: Outcome;
  /** The containers in which it worked, by their names. */
  readonly works: readonly string[];
  /** Where it was a guest's kernel, the guest's backend. */
  readonly guest?: string;
}

export const recorded = (found: ReadonlyMap<Container, Outcome>): Recorded => ({
  outcome: found.get(DEFAULT) ?? "",
  works: [...found].filter(([, outcome]) => outcome === "works").map(([{ name }]) => name),
  ...(process.env.FT_DOCKER_GUEST ? { guest: process.env.FT_DOCKER_GUEST } : {}),
});

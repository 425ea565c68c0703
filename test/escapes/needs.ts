/** What the attempts share: what a machine has to have, and how they end before any harm. */
import { existsSync, readFileSync } from "node:fs";
import type { Attempt } from "./attempt.ts";

export const file = (name: string): Attempt["needs"] => ({ what: name, here: () => existsSync(name) });

export const setting = (name: string, right: (value: number) => boolean): Attempt["needs"] => ({
  what: `another setting of ${name}`,
  here: () => !existsSync(name) || right(Number(readFileSync(name, "latin1"))),
});

export const OPENED = "The file is opened for writing; nothing is written.";

/** What may differ between two recordings of the same commands: each rule says what, and what stands in its place. */
import type { Transcript } from "../recordings.ts";

interface Rule {
  readonly what: string;
  readonly pattern: RegExp;
  /** Equal ones get equal names, so that what is the same in one recording must be the same in the other. */
  readonly name: string;
}

const RULES: readonly Rule[] = [
  {
    what: "the built-in root filesystem's name, a checksum of the host's tools",
    pattern: /\brootfs\/\w+/g,
    name: "rootfs",
  },
  { what: "a random host name", pattern: /\b[0-9a-f]{12}\b/g, name: "id" },
  { what: "a link of the host's, by the container's id", pattern: /\bft[0-9a-f]{12}(?=@)/g, name: "link" },
  { what: "addresses of links", pattern: /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, name: "link address" },
  { what: "addresses of containers", pattern: /\b10\.88\.\d+\.\d+\b/g, name: "address" },
  { what: "and those of IPv6", pattern: /\bfd66:[0-9a-f:]+/g, name: "address" },
  { what: "how long an echo took", pattern: /(?<=time=|mdev = )[\d./]+(?= ms)/g, name: "duration" },
  { what: "when a file was changed", pattern: /\b[A-Z][a-z]{2} +\d+ +\d\d:\d\d\b/g, name: "time" },
  {
    what: "memory, and shares of something",
    pattern: /\b[\d.]+ ?(?:[KMG]i|k)B\b|\b[\d.]+%/g,
    name: "memory",
  },
  { what: "when a line was written", pattern: /\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, name: "time" },
  {
    what: "how long ago something was",
    pattern: /\b(?:\d+|About a|Less than a) (?:second|minute)s?(?= ago)/g,
    name: "age",
  },
  { what: "runs that had died", pattern: /\d+(?= run\(s\))/g, name: "count" },
  { what: "descriptors of what is only held", pattern: /^\d\d+(?= -> )/gm, name: "fd" },
  { what: "keys of System V queues", pattern: /\b0x[0-9a-f]+\b/g, name: "key" },
  { what: "how many mounts a host has", pattern: /\b[1-9]\d*(?= of the host's mounts)/g, name: "count" },
  { what: "descriptors that a traced step got", pattern: /(?<=\) = )\d\d+$/gm, name: "fd" },
  { what: "how often a limit was felt", pattern: /(?<=\bnr_\w+ )\d+/g, name: "count" },
  { what: "variables of the environment", pattern: /\d+(?= vars)/g, name: "count" },
  { what: "terminals", pattern: /\bpts\/\d+/g, name: "pts" },
  { what: "PIDs, inodes, times", pattern: /\b\d{4,}\b/g, name: "number" },
];

/** A machine's own: which of the masked files its kernel has, and how much of something there is. */
const MASKS = /^\S+ \/(?:proc|sys)\/\S+ .*\n/gm;
/** How often a loop that waits for the end of something prints it. */
const WAITING = /(«while .*»\n)(?:\d+\n)*/g;
/** A shell tells of a killed program when it gets to it, before or after what others write. */
const KILLED = /^(?:Killed|\[\d+\] \+ Terminated .*)\n/gm;
const COUNTS = /\bwc -[lc]|\bgrep -c/;

/** What is compared: the same for two recordings that differ only in what the rules name. */
export function normalise({ command, type, events }: Transcript): string {
  const typed = `${command}\n${type ?? ""}`;
  const text = events.map((event) => (event.typed ? `«${event.text.trimEnd()}»\n` : event.text)).join("");
  const counts = COUNTS.test(typed) ? [{ what: "counts", pattern: /^\d+$/gm, name: "count" }] : [];
  const named = [...RULES, ...counts].reduce(
    (result, rule) => label(result, rule, typed),
    text.replace(MASKS, "").replace(WAITING, "$1").replace(KILLED, ""),
  );
  return named.replace(/ +/g, " ").replace(/ $/gm, "");
}

function label(text: string, { pattern, name }: Rule, typed: string): string {
  const seen = new Map<string, string>();
  return text.replace(pattern, (found) => {
    if (typed.includes(found)) return found;
    if (!seen.has(found)) seen.set(found, `‹${name} ${seen.size + 1}›`);
    return seen.get(found) as string;
  });
}

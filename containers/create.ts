/** From a command line to a record: what it took from its surroundings is filled in, so that it means the same a year later. */
import { realpathSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import type { Flags, Values } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { checkName, giveNameBack, randomName, takeName } from "./names.ts";
import { type Config, type RestartPolicy, writeRecord } from "./record.ts";
import { CREATED } from "./state.ts";

/** The flags of `run` and `create` that say how a container lives, not what it is. */
export const LIFE_FLAGS: Flags = {
  name: { value: "NAME", help: "a name for it (default: one by chance)" },
  rm: { help: "remove it when it ends (default: if it has no name and isn't detached)" },
  restart: {
    value: "no|on-failure[:N]|always|unless-stopped",
    help: "when it is started again after its end (default: no)",
  },
  "stop-signal": { value: "SIGNAL", help: "what 'stop' sends first (default: the image's, or SIGTERM)" },
  "stop-timeout": { value: "SECONDS", help: "how long 'stop' waits before it kills (default: 10)" },
};

const DEFAULT_TIMEOUT = 10;

/** What the chapter knows of a container before it is one. */
export interface Draft {
  readonly id: string;
  readonly values: Values;
  readonly words: readonly string[];
  /** What `--env-file` and `-e` say, in order: "NAME=VALUE", or "NAME" for the host's value. */
  readonly variables: readonly string[];
  readonly tty: boolean;
  readonly interactive: boolean;
  readonly foreground: boolean;
  readonly command: readonly string[];
  readonly imageId: string | undefined;
  readonly imageSignal: string | undefined;
  readonly lowers: readonly string[];
}

/** Takes the name and writes the record. Throws a UserError. */
export function createContainer(draft: Draft): Config {
  const { id, values, words, tty, interactive, foreground, command, imageId, lowers } = draft;
  const given = values.name?.[0];
  const restart = parseRestart(values.restart?.[0] ?? "no");
  const remove = values.rm ? values.rm[0] === "true" : foreground;
  if (remove && restart.name !== "no") {
    throw new UserError("--rm and --restart: it can't be removed and started again", {
      hint: "leave one of them out",
    });
  }
  const config: Config = {
    id,
    name: given === undefined ? randomName() : checkName(given),
    created: new Date().toISOString(),
    flags: filledIn(draft),
    words,
    tty,
    interactive,
    foreground,
    remove,
    restart,
    stopSignal: signalName(values["stop-signal"]?.[0] ?? draft.imageSignal ?? "SIGTERM"),
    stopTimeout: parseSeconds("--stop-timeout", values["stop-timeout"]?.[0] ?? `${DEFAULT_TIMEOUT}`),
    command,
    image: values.image?.[0] ?? values.rootfs?.[0] ?? "",
    imageId,
    lowers,
  };
  takeName(config.name, id);
  try {
    writeRecord(config, CREATED);
    return config;
  } catch (error) {
    giveNameBack(config.name, id);
    throw error;
  }
}

/** Throws a UserError. */
export function parseRestart(text: string): RestartPolicy {
  const [, name, count] = /^(no|on-failure|always|unless-stopped)(?::(\d{1,6}))?$/.exec(text) ?? [];
  if (name && (count === undefined || name === "on-failure"))
    return { name: name as RestartPolicy["name"], maximum: Number(count ?? 0) };
  throw new UserError(`--restart ${text}: no such policy`, {
    hint: "no, on-failure, on-failure:5, always or unless-stopped",
  });
}

/** `KILL`, `SIGKILL` or `9` as "SIGKILL"; a number without a name as it is. Throws a UserError. */
export function signalName(text: string): string {
  const name = `SIG${text.toUpperCase().replace(/^SIG/, "")}`;
  if (Object.hasOwn(constants.signals, name)) return name;
  const number = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  const named = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  if (named) return named;
  // Real-time signals have numbers alone: signal(7).
  if (number >= 1 && number <= 64) return text;
  throw new UserError(`${text}: no such signal`, { hint: "a name as TERM, or a number from 1 to 64" });
}

export const signalNumber = (name: string): number =>
  (constants.signals as Readonly<Record<string, number>>)[name] ?? Number(name);

/** Throws a UserError. */
export function parseSeconds(flag: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UserError(`${flag} ${text}: not a number of seconds`, { hint: `${flag} 10` });
}

/** Those that are no container's property. */
const NOT_KEPT = [
  "explain",
  "trace",
  "detach",
  "tty",
  "interactive",
  "env-file",
  "pull",
  "insecure",
  "mirror",
];

function filledIn({ values, variables, imageId }: Draft): Values {
  const kept = Object.entries(values).filter(
    ([name]) => !NOT_KEPT.includes(name) && !Object.hasOwn(LIFE_FLAGS, name),
  );
  const env = variables.flatMap(withValue);
  const changed: Record<string, readonly string[] | undefined> = {
    ...(env.length > 0 ? { env } : {}),
    ...(imageId ? { image: [imageId] } : {}),
    ...(values.rootfs ? { rootfs: values.rootfs.map((each) => realpathSync(each)) } : {}),
    ...(values.volume ? { volume: values.volume.map(absoluteSource) } : {}),
    ...(values["security-opt"] ? { "security-opt": values["security-opt"].map(absoluteProfile) } : {}),
  };
  return { ...Object.fromEntries(kept), ...changed };
}

function withValue(variable: string): string[] {
  if (variable.includes("=")) return [variable];
  const value = process.env[variable];
  return value === undefined ? [] : [`${variable}=${value}`];
}

function absoluteSource(volume: string): string {
  const [source = "", ...rest] = volume.split(":");
  return [path.resolve(source), ...rest].join(":");
}

const absoluteProfile = (option: string): string =>
  option.replace(/^seccomp[=:](?!unconfined$)(.*)$/s, (_, file: string) => `seccomp=${path.resolve(file)}`);

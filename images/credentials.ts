/**
 * Who we are for a registry: what `docker login` or `podman login` has left, in a file or with a helper program. Passwords
 * stand in no argument, no error and no log.
 */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import * as v from "valibot";
import { UserError } from "../common/errors.ts";
import { askHelper } from "./credential-helper.ts";
import { DOCKER_HUB, type Reference } from "./reference.ts";
import { parseJson } from "./schema.ts";

export type Credentials =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string };

const fileSchema = v.object({
  auths: v.nullish(
    v.record(
      v.string(),
      v.object({
        auth: v.nullish(v.string()),
        username: v.nullish(v.string()),
        password: v.nullish(v.string()),
        identitytoken: v.nullish(v.string()),
      }),
    ),
  ),
  credHelpers: v.nullish(v.record(v.string(), v.string())),
  credsStore: v.nullish(v.string()),
});
type AuthFile = v.InferOutput<typeof fileSchema>;

/** Docker's name for itself, from its first version. */
const HUB_KEY = "https://index.docker.io/v1/";

/** The first that is found: podman's files, then Docker's. Throws a UserError where one of them can't be read as such. */
export async function findCredentials(reference: Reference): Promise<Credentials | undefined> {
  for (const file of authFiles()) {
    const content = readAuthFile(file);
    const found = content && (await lookUp(content, reference));
    if (found) return found;
  }
  return undefined;
}

/** containers-auth.json(5), and Docker's config.json. */
function authFiles(): string[] {
  const { REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME, DOCKER_CONFIG } = process.env;
  const docker = path.join(DOCKER_CONFIG || path.join(homedir(), ".docker"), "config.json");
  if (REGISTRY_AUTH_FILE) return [REGISTRY_AUTH_FILE, docker];
  const run = XDG_RUNTIME_DIR ? `${XDG_RUNTIME_DIR}/containers` : `/run/containers/${process.geteuid?.()}`;
  const config = XDG_CONFIG_HOME || path.join(homedir(), ".config");
  return [`${run}/auth.json`, path.join(config, "containers/auth.json"), docker];
}

function readAuthFile(file: string): AuthFile | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new UserError(`${file}: ${code}`, {
      hint: "it has your credentials for registries: make it readable",
    });
  }
  const result = v.safeParse(fileSchema, parseJson(file, bytes));
  if (result.success) return result.output;
  // Not the message: that quotes what stands there.
  throw new UserError(`${file}: ${v.getDotPath(result.issues[0])}: not as docker login writes it`, {
    hint: "log in again, by docker login or podman login",
  });
}

async function lookUp(file: AuthFile, reference: Reference): Promise<Credentials | undefined> {
  const { registry } = reference;
  const helper = Object.entries(file.credHelpers ?? {}).find(([key]) => hostOf(key) === registry)?.[1];
  const store = helper ?? file.credsStore;
  if (store) {
    const found = await askHelper(store, registry === DOCKER_HUB ? HUB_KEY : registry);
    if (found) return found;
  }
  const auths = Object.entries(file.auths ?? {}).map(([key, auth]) => [hostOf(key), auth] as const);
  for (const name of scopes(reference)) {
    const auth = auths.find(([key]) => key === name)?.[1];
    const found = auth && decode(auth);
    if (found) return found;
  }
  return undefined;
}

/** podman may have other credentials for a part of a registry: the narrowest first. */
function scopes({ registry, repository }: Reference): string[] {
  const parts = [registry, ...repository.split("/")];
  return parts.map((_, i) => parts.slice(0, parts.length - i).join("/"));
}

/** Keys are hosts, or as Docker has them: https://HOST/v1/. */
function hostOf(key: string): string {
  const name = key.replace(/^https?:\/\//, "").replace(/\/(v[12]\/?)?$/, "");
  return name === "index.docker.io" || name === "registry-1.docker.io" ? DOCKER_HUB : name;
}

function decode(auth: NonNullable<AuthFile["auths"]>[string]): Credentials | undefined {
  if (auth.identitytoken) return { identityToken: auth.identitytoken };
  if (auth.username && auth.password) return { username: auth.username, password: auth.password };
  const text = Buffer.from(auth.auth ?? "", "base64")
    .toString("utf8")
    .replace(/\0+$/, "");
  const colon = text.indexOf(":");
  return colon > 0 ? { username: text.slice(0, colon), password: text.slice(colon + 1) } : undefined;
}

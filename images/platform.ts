/** Which image of several: an index lists one for each platform. Names are Go's (GOARCH), as the OCI specification has them. */
import { UserError } from "../common/errors.ts";
import type { Descriptor, Index, Platform } from "./manifest.ts";

interface Architecture {
  readonly name: string;
  /** The variants that a machine of ours can run, the best first; "" is one without a variant. */
  readonly variants: readonly string[];
}

const ANY: readonly string[] = [""];
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x64: { name: "amd64", variants: ["", "v1"] },
  arm64: { name: "arm64", variants: ["v8", ""] },
  arm: { name: "arm", variants: ["v7", "v6", "v5", ""] },
  ia32: { name: "386", variants: ANY },
  ppc64: { name: "ppc64le", variants: ANY },
};

/** Ours, by Node's name for it: others are called as Go calls them. */
export function ourArchitecture(arch: string = process.arch): Architecture {
  return ARCHITECTURES[arch] ?? { name: arch, variants: ANY };
}

/** The index's image for this machine; throws a UserError that lists what there is. */
export function choosePlatform(what: string, index: Index, arch: string = process.arch): Descriptor {
  const { name, variants } = ourArchitecture(arch);
  for (const variant of variants) {
    const match = index.manifests.find(
      ({ platform }) =>
        platform?.os === "linux" && platform.architecture === name && (platform.variant ?? "") === variant,
    );
    if (match) return match;
  }
  // An index of a single image needn't say for which platform it is; its config does.
  const [only, ...others] = index.manifests;
  if (only && others.length === 0 && !only.platform) return only;
  throw new UserError(`${what}: no image for linux/${name}`, { hint: `there is: ${listPlatforms(index)}` });
}

function listPlatforms({ manifests }: Index): string {
  const names = manifests.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : []));
  // What isn't an image (a signature, a provenance) says "unknown".
  return (
    [...new Set(names)].filter((name) => !name.startsWith("unknown")).join(", ") ||
    "none that names a platform"
  );
}

export function formatPlatform({
  os,
  architecture,
  variant,
}: Pick<Platform, "os" | "architecture" | "variant">): string {
  return [os, architecture, ...(variant ? [variant] : [])].join("/");
}

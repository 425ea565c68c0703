import { isSet, print, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { printRows, type Row } from "../../images/commands/table.ts";
import { takeWords } from "../../images/commands/words.ts";
import { hexOf } from "../../images/digest.ts";
import { familiar } from "../../images/reference.ts";
import { formatAge, formatSize } from "../../images/units.ts";
import { isRunning } from "../find.ts";
import { formatStatus, imageName } from "../status.ts";
import { type Usage, usage } from "../usage.ts";

const COLUMNS = {
  Type: "TYPE",
  TotalCount: "TOTAL",
  Active: "ACTIVE",
  Size: "SIZE",
  Reclaimable: "RECLAIMABLE",
};

/** Of images and layers those are active that a container was made from; of containers those that run. */
export function systemDf(values: Values, words: readonly string[]): number {
  takeWords("system df", words, "[flags]", { min: 0, max: 0 });
  const all = usage();
  if (!isSet(values, "verbose")) printRows(values, COLUMNS, summary(all));
  else if (values.format === undefined) printParts(all);
  else throw new UserError("system df -v --format: there are several tables", { hint: "one of both" });
  return 0;
}

const sum = (all: readonly { readonly size: number }[]): number =>
  all.reduce((total, { size }) => total + size, 0);

function summary({ images, blobs, layers, containers, rootfs }: Usage): Row[] {
  const row = (Type: string, all: readonly unknown[], active: number, size: number, free: number): Row => ({
    Type,
    TotalCount: `${all.length}`,
    Active: `${active}`,
    Size: formatSize(size),
    Reclaimable: `${formatSize(free)}${size > 0 ? ` (${Math.round((100 * free) / size)}%)` : ""}`,
  });
  const [idle, stopped] = [
    layers.filter((each) => each.containers === 0),
    containers.filter(({ container }) => !isRunning(container)),
  ];
  const used = images.filter((image) => image.containers > 0);
  return [
    row("Images", images, used.length, blobs.size, blobs.reclaimable),
    row("Layers", layers, layers.length - idle.length, sum(layers), sum(idle)),
    row("Containers", containers, containers.length - stopped.length, sum(containers), sum(stopped)),
    row("Built-in root", rootfs > 0 ? [rootfs] : [], rootfs > 0 ? 1 : 0, rootfs, 0),
  ];
}

function printParts({ images, layers, containers }: Usage): void {
  const part = (title: string, columns: Readonly<Record<string, string>>, rows: readonly Row[]) => {
    print(1, `${title}:\n`);
    printRows({}, columns, rows);
  };
  part(
    "Images",
    {
      Name: "NAME",
      ID: "IMAGE ID",
      Created: "CREATED",
      Size: "SIZE",
      Shared: "SHARED SIZE",
      Unique: "UNIQUE SIZE",
      Containers: "CONTAINERS",
    },
    images.map(({ names, image, size, shared, containers }) => ({
      Name: names.flatMap(({ reference }) => (reference ? familiar(reference) : [])).join(", ") || "<none>",
      ID: hexOf(image.id).slice(0, 12),
      Created: formatAge(Date.now() - Date.parse(image.config.created ?? "")),
      Size: formatSize(size),
      Shared: formatSize(shared),
      Unique: formatSize(size - shared),
      Containers: `${containers}`,
    })),
  );
  part(
    "\nLayers",
    { ID: "DIFF ID", Size: "SIZE", Images: "IMAGES", Containers: "CONTAINERS" },
    layers.map(({ diffId, size, images, containers }) => ({
      ID: diffId.replace("sha256:", "").slice(0, 12),
      Size: formatSize(size),
      Images: `${images}`,
      Containers: `${containers}`,
    })),
  );
  part(
    "\nContainers",
    { ID: "CONTAINER ID", Image: "IMAGE", Size: "SIZE", Status: "STATUS", Name: "NAMES" },
    containers.map(({ container, size }) => ({
      ID: container.config.id,
      Image: imageName(container),
      Size: formatSize(size),
      Status: formatStatus(container),
      Name: container.config.name,
    })),
  );
}

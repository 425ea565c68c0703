/** Bytes for people, as Docker's tables have them. */
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** "61.5MiB": four digits that count. */
export function formatSize(bytes: number): string {
  const exponent = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${Number((bytes / 1024 ** exponent).toPrecision(4))}${UNITS[exponent]}`;
}

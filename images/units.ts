/** Sizes and times as Docker writes them. */

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Bytes with three digits and a unit of thousands: `7.83MB`. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.5 kB would be shown as 1000 kB.
  for (; value >= 999.5 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${Number(value.toPrecision(3))}${UNITS[unit]}`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, in milliseconds: `3 weeks ago`. */
export function formatAge(age: number): string {
  if (Number.isNaN(age)) return "N/A";
  return `${formatDuration(age)} ago`;
}

/** How long, in milliseconds: `3 weeks`. */
export function formatDuration(age: number): string {
  const hours = Math.round(age / HOUR);
  if (age < SECOND) return "Less than a second";
  if (age < MINUTE) return count(age / SECOND, "second");
  if (age < 2 * MINUTE) return "About a minute";
  if (age < HOUR) return count(age / MINUTE, "minute");
  if (hours === 1) return "About an hour";
  if (hours < 48) return count(hours, "hour");
  if (hours < 24 * 7 * 2) return count(age / DAY, "day");
  if (hours < 24 * 30 * 2) return count(age / DAY / 7, "week");
  if (hours < 24 * 365 * 2) return count(age / DAY / 30, "month");
  return count(age / DAY / 365, "year");
}

function count(value: number, unit: string): string {
  const whole = Math.floor(value);
  return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
}

/** Points in time as Docker's command line has them, in nanoseconds since 1970. */
import { UserError } from "../common/errors.ts";

const UNITS: Readonly<Record<string, number>> = {
  h: 3600e9,
  m: 60e9,
  s: 1e9,
  ms: 1e6,
  us: 1e3,
  µs: 1e3,
  ns: 1,
};
const DURATION = /(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)/g;
const DATE = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?$/;

/** RFC 3339 (the local time where no zone is named), seconds since 1970, or how long ago (10m, 1h30m). */
export function parseTime(flag: string, text: string, now: number = Date.now()): bigint {
  const seconds = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text);
  if (seconds) return BigInt(seconds[1] as string) * 1_000_000_000n + fraction(seconds[2]);
  if (text !== "" && text.replace(DURATION, "") === "") {
    const all = [...text.matchAll(DURATION)].map(
      ([, number, unit = ""]) => Number(number) * (UNITS[unit] ?? 0),
    );
    return BigInt(now) * 1_000_000n - BigInt(Math.round(all.reduce((sum, each) => sum + each)));
  }
  const [, day, time = "00:00", digits, zone = ""] = DATE.exec(text) ?? [];
  const milliseconds = Date.parse(`${day}T${time}${zone}`);
  if (!Number.isNaN(milliseconds)) return BigInt(milliseconds) * 1_000_000n + fraction(digits);
  throw new UserError(`${flag} ${text}: not a time`, {
    hint: `${flag} 10m (ago), ${flag} 2026-01-31T12:00:00Z, or seconds since 1970`,
  });
}

const fraction = (digits = ""): bigint => BigInt(digits.padEnd(9, "0"));

/** RFC 3339 in UTC, with nine digits behind the point, so that columns are aligned. */
export function formatTime(time: bigint): string {
  const seconds = new Date(Number(time / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${(time % 1_000_000_000n).toString().padStart(9, "0")}Z`;
}

/** A day of teaching, and half a one, computed from the minutes in the chapters' front matter. */
import type { Chapter } from "./chapters.ts";

export interface Slot {
  /** Minutes after midnight. */
  readonly from: number;
  readonly minutes: number;
  readonly what: string;
  readonly chapter: Chapter | undefined;
}

const START = 9 * 60;
const NOON = 12 * 60;
/** When half a day is over. */
const HALF = 13 * 60;
/** Longer than this without a break, nobody listens. */
const STRETCH = 75;
const BREAK = 15;
const LUNCH = 60;
/** What is explained takes longer before a class than the same text takes to be read. */
const EXPLAINING = 1.5;

const roundUp = (minutes: number) => Math.ceil(minutes / 5) * 5;

/** All chapters in a row. Where a day is too short, it simply goes on. */
export const schedule = (chapters: readonly Chapter[]): Slot[] => plan(chapters, true);

/** As many of the first chapters as end before lunch, with all that follows them. */
export function halfDay(chapters: readonly Chapter[]): Slot[] {
  const slots = plan(chapters, false);
  return chapters.length === 0 || endOf(slots) <= HALF ? slots : halfDay(chapters.slice(0, -1));
}

export const endOf = (slots: readonly Slot[]): number =>
  (slots.at(-1)?.from ?? START) + (slots.at(-1)?.minutes ?? 0);

/** Each chapter: explaining, then doing; breaks in between. */
function plan(chapters: readonly Chapter[], withLunch: boolean): Slot[] {
  const slots: Slot[] = [
    { from: START, minutes: 15, what: "Arriving, and npm run doctor on every machine", chapter: undefined },
  ];
  let stretch = 15;
  let lunch = !withLunch;
  const now = () => endOf(slots);
  const add = (minutes: number, what: string, chapter?: Chapter) =>
    slots.push({ from: now(), minutes, what, chapter });
  for (const chapter of chapters) {
    const parts: [number, string][] = [
      [roundUp(chapter.reading * EXPLAINING), "explained and shown"],
      [roundUp(chapter.doing), "done by everybody"],
    ];
    for (const [minutes, what] of parts) {
      if (!lunch && now() + minutes > NOON + 30) {
        add(LUNCH, "Lunch");
        lunch = true;
        stretch = 0;
      } else if (stretch + minutes > STRETCH) {
        add(BREAK, "Break");
        stretch = 0;
      }
      add(minutes, what, chapter);
      stretch += minutes;
    }
  }
  add(15, "What was learned, and what each takes home");
  return slots;
}

export const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

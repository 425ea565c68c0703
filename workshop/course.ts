/** Where the learner is: the chapter at work, and its exercise. */
import { UserError } from "../common/errors.ts";
import { chapters, type Exercise, exercisesOf, findChapter } from "./exercises.ts";
import { isStarted } from "./mine.ts";
import { type Progress, readProgress, writeProgress } from "./progress.ts";

export interface Course {
  readonly chapter: string;
  readonly exercises: readonly Exercise[];
  /** The first that isn't done; undefined when all are. */
  readonly current: Exercise | undefined;
}

/** The chapter at work. Throws a UserError where none was started. */
export function courseOf({ chapter, done }: Progress): Course {
  if (chapter === undefined || !chapters().includes(chapter) || !isStarted(chapter))
    throw new UserError("workshop: no chapter is started", { hint: "npm run workshop -- start 01" });
  const exercises = exercisesOf(chapter);
  return { chapter, exercises, current: exercises.find(({ id }) => !done.includes(id)) };
}

export const readCourse = (): Course => courseOf(readProgress());

/** Throws a UserError where the chapter at work is done. */
export function currentExercise(): Exercise {
  const { chapter, current } = readCourse();
  if (current) return current;
  const next = chapters()[chapters().indexOf(chapter) + 1];
  throw new UserError(`workshop: all exercises of ${chapter} are done`, {
    hint: `npm run workshop -- ${next ? `start ${next.split("-")[0]}` : "list"}`,
  });
}

export function setChapter(word: string | undefined): string {
  const chapter = findChapter(word);
  writeProgress({ ...readProgress(), chapter });
  return chapter;
}

export function markDone(...exercises: readonly Exercise[]): void {
  const progress = readProgress();
  writeProgress({ ...progress, done: [...new Set([...progress.done, ...exercises.map(({ id }) => id)])] });
}

/** The chapter is to be done from its beginning again. */
export function forget(chapter: string): void {
  const progress = readProgress();
  const ids = exercisesOf(chapter).map(({ id }) => id);
  const hints = Object.entries(progress.hints).filter(([id]) => !ids.includes(id));
  writeProgress({
    ...progress,
    done: progress.done.filter((id) => !ids.includes(id)),
    hints: Object.fromEntries(hints),
  });
}

/** The commands about the learner's code: what is handed out, helped with, compared, solved and begun again. */
import path from "node:path";
import { createTwoFilesPatch } from "diff";
import { courseOf, currentExercise, forget, readCourse, setChapter } from "./course.ts";
import { chapters, type Exercise, exercisesOf, findChapter } from "./exercises.ts";
import { folderOf, handOut, isStarted, readMine, replace, repo } from "./mine.ts";
import { COMMAND, show, showTask, wrapped } from "./print.ts";
import { readProgress, writeProgress } from "./progress.ts";
import { codeAfter, linesOf } from "./states.ts";

const place = (folder: string): string => path.relative(repo, folder);

/** Goes on with what is there: it is never handed out a second time. */
export function start([word]: readonly string[]): number {
  const chapter = findChapter(word);
  const begun = isStarted(chapter);
  if (!begun) handOut(chapter, codeAfter(chapter, 0));
  setChapter(chapter);
  show(
    `${place(folderOf(chapter))} ${begun ? "is as you have left it" : "is yours"}: open it in your editor.\n`,
  );
  const { current } = readCourse();
  if (current) showTask(current);
  show(
    current
      ? `'${COMMAND} check' tells whether it's done, '${COMMAND} hint' helps.`
      : "All its exercises are done.",
  );
  return 0;
}

export function list(): number {
  const progress = readProgress();
  for (const chapter of chapters()) {
    const exercises = exercisesOf(chapter);
    const done = exercises.filter(({ id }) => progress.done.includes(id)).length;
    const at =
      progress.chapter === chapter && isStarted(chapter) ? `  at work in ${place(folderOf(chapter))}` : "";
    show(`${chapter}  ${done} of ${exercises.length}${at}`);
    for (const { id, title } of exercises) show(`  ${progress.done.includes(id) ? "✓" : "·"} ${id} ${title}`);
  }
  return 0;
}

/** The next one of the exercise at work: the idea, the call, the lines. The last one stays the last. */
export function nextHint(): { exercise: Exercise; count: number; isLast: boolean; text: string } {
  const exercise = currentExercise();
  const { id, hints } = exercise;
  const progress = readProgress();
  const count = Math.min((progress.hints[id] ?? 0) + 1, hints.length + 1);
  writeProgress({ ...progress, hints: { ...progress.hints, [id]: count } });
  return { exercise, count, isLast: count > hints.length, text: hints[count - 1] ?? linesOf(exercise) };
}

export function hint(): number {
  const { exercise, count, isLast, text } = nextHint();
  show(`${exercise.id} ${exercise.title}, hint ${count} of ${exercise.hints.length + 1}\n`);
  show(isLast ? text : wrapped(text, "  "));
  if (isLast) show(`\nThese lines solve it; '${COMMAND} solution' writes them for you.`);
  return 0;
}

/** From the learner's code to the solution of the exercise at work, or of the chapter when all are done. */
export function diff(): number {
  const { chapter, exercises, current } = courseOf(readProgress());
  const code = codeAfter(chapter, current?.number ?? exercises.length);
  const different = [...code].filter(([name, text]) => readMine(chapter, name) !== text);
  for (const [name, text] of different)
    show(createTwoFilesPatch(`mine/${name}`, `solution/${name}`, readMine(chapter, name), text));
  if (different.length === 0) show("Your code is the solution's.");
  return 0;
}

export function solution(): number {
  const exercise = currentExercise();
  const { names, copy } = replace(exercise.chapter, codeAfter(exercise.chapter, exercise.number));
  if (copy)
    show(
      `${names.join(", ")}: as the solution of ${exercise.id} has it. Your own code is in ${place(copy)}.`,
    );
  else show(`Your code is the solution of ${exercise.id}.`);
  show(`'${COMMAND} check' tells why it works.`);
  return 0;
}

/** The beginning of the exercise at work, or, where one names a chapter, of that. */
export function reset([word]: readonly string[]): number {
  if (word !== undefined) forget(setChapter(word));
  const { chapter, exercises, current } = readCourse();
  const { copy } = replace(chapter, codeAfter(chapter, (current?.number ?? exercises.length + 1) - 1));
  const kept = copy ? `What you had is in ${place(copy)}.` : "It was already.";
  show(
    `${place(folderOf(chapter))} is as it was ${current ? `before ${current.id}` : "at the end"}. ${kept}\n`,
  );
  if (current) showTask(current);
  return 0;
}

/** One open page: a shell on a terminal of its own, and the exercise at work. They end with the connection. */
import { spawn } from "@lydell/node-pty";
import * as v from "valibot";
import type { WebSocket } from "ws";
import { UserError } from "../../common/errors.ts";
import { ask } from "../check.ts";
import { nextHint } from "../commands.ts";
import { markDone, readCourse } from "../course.ts";
import { repo } from "../mine.ts";
import { lines, paragraphs } from "./html.ts";
import { FromPage, type ToPage } from "./messages.ts";

export function openSession(socket: WebSocket): void {
  const send = (message: ToPage) => socket.send(JSON.stringify(message));
  const shell = spawn(process.env.SHELL || "/bin/sh", [], {
    name: "xterm-256color",
    cwd: repo,
    env: process.env,
  });
  shell.onData((data) => send({ type: "output", data }));
  shell.onExit(() => {
    send({ type: "ended" });
    socket.close();
  });
  socket.on("close", () => shell.kill("SIGHUP"));
  socket.on("message", (data) => {
    const { success, output } = v.safeParse(FromPage, parsed(String(data)));
    if (!success) return socket.close(1008, "no such message"); // The policy's code: RFC 6455, 7.4.1.
    if (output.type === "input") shell.write(output.data);
    else if (output.type === "resize") shell.resize(output.columns, output.rows);
    else answer(output.type, send);
  });
  showExercise(send);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Send = (message: ToPage) => void;

async function answer(what: "check" | "hint", send: Send): Promise<void> {
  try {
    if (what === "hint") showHint(send);
    else await check(send);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    send({ type: "error", text: paragraphs(`${error.message}\n\n${error.hint ? `\`${error.hint}\`` : ""}`) });
  }
}

function showHint(send: Send): void {
  const { exercise, count, isLast, text } = nextHint();
  const title = `Hint ${count} of ${exercise.hints.length + 1}`;
  send({ type: "hint", title, text: isLast ? lines(text) : paragraphs(text) });
}

async function check(send: Send): Promise<void> {
  const course = readCourse();
  const { current } = course;
  const met = await ask(course, ({ id }, { claim, hint }) =>
    send({ type: "claim", text: `${id}: ${claim}`, hint: hint === undefined ? undefined : lines(hint) }),
  );
  if (met && current) markDone(current);
  send({ type: "checked", met, why: met && current ? paragraphs(current.why) : undefined });
  if (met) showExercise(send);
}

function showExercise(send: Send): void {
  try {
    const { chapter, current } = readCourse();
    const title = current ? `${current.id} ${current.title}` : `${chapter} is done`;
    const task = current?.task ?? "Its chapter's tests, and the next chapter: `npm run workshop -- list`";
    send({ type: "exercise", title, task: paragraphs(task), book: `/book/${chapter}/` });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const task = "Type a command, or click on it: `npm run workshop -- start 01`. Then load this page again.";
    send({ type: "exercise", title: "No chapter is started", task: paragraphs(task), book: "/book/" });
  }
}

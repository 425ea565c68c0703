/** The page's script: it joins the terminal, the exercise and the book's commands to the server. */
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import type { FromPage, ToPage } from "../serve/messages.ts";

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const result = element("result");
const buttons = ["check", "hint"] as const;

/** The address bar forgets the token, this window keeps it: a reload, and nobody who looks at the screen, needs it. */
const token = location.hash.slice(1) || (sessionStorage.getItem("token") ?? "");
sessionStorage.setItem("token", token);
history.replaceState(null, "", "/");

const terminal = new Terminal({ convertEol: false, screenReaderMode: true });
const fit = new FitAddon();
terminal.loadAddon(fit);
terminal.open(element("terminal"));

const socket = new WebSocket(`ws://${location.host}/`, ["workshop", token]);
const send = (message: FromPage) => socket.send(JSON.stringify(message));

const resize = () => {
  fit.fit();
  if (socket.readyState === WebSocket.OPEN)
    send({ type: "resize", columns: terminal.cols, rows: terminal.rows });
};
new ResizeObserver(resize).observe(element("terminal"));
socket.addEventListener("open", resize);
socket.addEventListener("close", () => {
  for (const id of buttons) element<HTMLButtonElement>(id).disabled = true;
  terminal.write("\r\n[the connection has ended: 'npm run workshop -- serve' gives a new address]\r\n");
});
terminal.onData((data) => send({ type: "input", data }));

for (const id of buttons) {
  element(id).addEventListener("click", () => {
    if (id === "check") {
      result.replaceChildren();
      element<HTMLButtonElement>(id).disabled = true;
    }
    send({ type: id });
  });
}

/** Typed, and not yet entered: that is the reader's. */
function type(command: string): void {
  send({ type: "input", data: command });
  terminal.focus();
}

element("task").addEventListener("click", ({ target }) => {
  if (target instanceof HTMLElement && target.matches(".command")) type(target.textContent ?? "");
});

const book = element<HTMLIFrameElement>("book");
book.addEventListener("load", () => {
  const inside = book.contentDocument;
  if (!inside) return;
  for (const command of inside.querySelectorAll<HTMLElement>(".terminal kbd:not(.host)")) {
    command.style.cursor = "pointer";
    command.title = "to the terminal";
    command.addEventListener("click", () => type(command.textContent ?? ""));
  }
});

/** The server's HTML, as elements. */
function add(kind: string, className: string, html: string): void {
  const part = document.createElement(kind);
  part.className = className;
  part.innerHTML = html;
  result.append(part);
}

socket.addEventListener("message", ({ data }) => show(JSON.parse(data) as ToPage));

function show(message: ToPage): void {
  if (message.type === "output") terminal.write(message.data);
  else if (message.type === "ended") terminal.write("\r\n[the shell has ended: load the page again]\r\n");
  else if (message.type === "exercise") {
    element("title").textContent = message.title;
    element("task").innerHTML = message.task;
    if (!book.src.endsWith(message.book)) book.src = message.book;
  } else if (message.type === "claim") {
    const { text, hint } = message;
    add("p", hint === undefined ? "met" : "unmet", hint === undefined ? "✓ " : "✗ ");
    result.lastElementChild?.append(text);
    if (hint !== undefined) add("div", "", hint);
    result.lastElementChild?.scrollIntoView({ block: "nearest" });
  } else if (message.type === "hint") {
    result.replaceChildren();
    add("h2", "", message.title);
    add("div", "", message.text);
    result.lastElementChild?.scrollIntoView({ block: "nearest" });
  } else {
    element<HTMLButtonElement>("check").disabled = false;
    if (message.type === "error") add("div", "unmet", message.text);
    else if (message.why !== undefined) add("div", "", `<h2>Done. Why it works:</h2>${message.why}`);
  }
}

/** Plays a recorded terminal: what was typed, key by key, and what came, when it came. The whole text is there before and after. */

/** In milliseconds: nobody wants to wait longer, whatever the recording did. */
const LONGEST = 1200;
const KEY = 28;

for (const figure of document.querySelectorAll<HTMLElement>("figure.terminal")) {
  const code = figure.querySelector("code");
  if (!code?.querySelector("[data-t]")) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy play";
  button.textContent = "Play";
  let stop: (() => void) | undefined;
  button.addEventListener("click", () => {
    if (stop) return stop();
    button.textContent = "Stop";
    stop = play(code, () => {
      button.textContent = "Play";
      stop = undefined;
    });
  });
  figure.querySelector("figcaption")?.append(button);
}

/** Returns what stops it; then, or at the end, all is shown and `ended` is called. */
function play(code: Element, ended: () => void): () => void {
  const whole = code.innerHTML;
  for (const node of [...code.childNodes]) if (node instanceof Text) node.replaceWith(wrap(node));
  const parts = [...code.children];
  for (const part of parts) part.classList.add("later");
  let timer = 0;
  const end = () => {
    clearTimeout(timer);
    code.innerHTML = whole;
    ended();
  };
  const show = (i: number) => {
    const part = parts[i];
    if (!part) return end();
    const next = () => show(i + 1);
    const wait = Math.min(Number((part as HTMLElement).dataset.t ?? 0), LONGEST);
    timer = setTimeout(() => {
      part.classList.remove("later");
      if (part.localName === "kbd") type(part, next);
      else next();
    }, wait);
  };
  const type = (line: Element, then: () => void) => {
    const text = line.textContent ?? "";
    const rest = document.createElement("span");
    rest.className = "later";
    let at = 0;
    const key = () => {
      if (++at >= text.length) {
        line.textContent = text;
        return then();
      }
      rest.textContent = text.slice(at);
      line.replaceChildren(text.slice(0, at), rest);
      timer = setTimeout(key, KEY);
    };
    key();
  };
  show(0);
  return end;
}

function wrap(text: Text): Element {
  const span = document.createElement("span");
  span.textContent = text.data;
  return span;
}

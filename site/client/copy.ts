/** A button that copies code, without its surroundings; of a terminal, what was typed. */
for (const figure of document.querySelectorAll("figure.code, figure.terminal")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(textOf(figure));
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 1500);
  });
  figure.querySelector("figcaption")?.append(button);
}

function textOf(figure: Element): string {
  if (figure.classList.contains("terminal")) {
    const typed = figure.querySelectorAll("kbd:not(.host)");
    return [...typed].map((line) => line.textContent?.trimEnd()).join("\n");
  }
  const code = figure.querySelector("code")?.cloneNode(true) as Element;
  for (const other of code.querySelectorAll(".x, del")) other.remove();
  return (code.textContent ?? "").replace(/^\+ /gm, "");
}

/** The explanation of a word beside it, as long as it has the pointer or the focus: it is fetched from where the link leads. */
const pages = new Map<string, Promise<Document>>();
let shown: HTMLAnchorElement | undefined;

const pop = document.createElement("div");
pop.id = "pop";
pop.role = "tooltip";

function page(address: string): Promise<Document> {
  const loading =
    pages.get(address) ??
    fetch(address)
      .then((response) => response.text())
      .then((html) => new DOMParser().parseFromString(html, "text/html"));
  pages.set(address, loading);
  return loading;
}

async function show(link: HTMLAnchorElement): Promise<void> {
  shown = link;
  const there = await page(link.pathname);
  const entry = there.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!entry || shown !== link) return;
  const name = document.createElement("code");
  name.textContent = entry.querySelector("dt")?.textContent ?? "";
  const [means] = (entry.querySelector("dd")?.textContent ?? "").split(/\.\s/);
  pop.replaceChildren(name, ` ${means}.`);
  document.body.append(pop);
  link.setAttribute("aria-describedby", pop.id);
  place(link);
}

function place(link: HTMLAnchorElement): void {
  const { left, bottom } = link.getBoundingClientRect();
  pop.style.left = `${Math.max(8, Math.min(left + scrollX, innerWidth - pop.offsetWidth - 8))}px`;
  pop.style.top = `${bottom + scrollY + 6}px`;
}

function hide(): void {
  shown?.removeAttribute("aria-describedby");
  shown = undefined;
  pop.remove();
}

function wordOf(event: Event): HTMLAnchorElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a.w, a.term") : null;
}

for (const type of ["mouseover", "focusin"]) {
  addEventListener(type, (event) => {
    const link = wordOf(event);
    if (link && link !== shown) show(link).catch(hide);
  });
}
for (const type of ["mouseout", "focusout"]) {
  addEventListener(type, (event) => {
    if (wordOf(event)) hide();
  });
}
addEventListener("keydown", ({ key }) => {
  if (key === "Escape") hide();
});

export {};

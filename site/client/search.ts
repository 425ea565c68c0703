/** Search: the index is loaded when the field gets the focus for the first time. */
interface Found {
  readonly url: string;
  readonly excerpt: string;
  readonly meta: { readonly title?: string };
  readonly sub_results: readonly { readonly title: string; readonly url: string; readonly excerpt: string }[];
}

interface Pagefind {
  debouncedSearch(words: string): Promise<{ results: readonly { data(): Promise<Found> }[] } | null>;
}

const MOST = 8;

const input = document.querySelector<HTMLInputElement>("#search");
const list = document.querySelector<HTMLElement>("#found");
let engine: Promise<Pagefind> | undefined;

async function search(field: HTMLInputElement, box: HTMLElement): Promise<void> {
  const root = new URL(field.dataset.root ?? "./", location.href);
  engine ??= import(new URL("pagefind/pagefind.js", root).href) as Promise<Pagefind>;
  const words = field.value.trim();
  const found = await (await engine).debouncedSearch(words);
  if (found === null) return; // Something else has been typed meanwhile.
  const pages = await Promise.all(found.results.slice(0, MOST).map((result) => result.data()));
  box.hidden = words === "";
  const hits = pages.flatMap(({ sub_results }) => sub_results.slice(0, 3)).slice(0, MOST);
  box.replaceChildren(...hits.map(entry));
  if (hits.length === 0) box.textContent = `“${words}” is nowhere in the book`;
}

function entry({ title, url, excerpt }: Found["sub_results"][number]): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = url;
  const heading = document.createElement("b");
  heading.textContent = title;
  const text = document.createElement("span");
  text.innerHTML = excerpt; // Our own pages' text, with <mark> around what was found.
  link.append(heading, text);
  return link;
}

if (input && list) {
  input.hidden = false;
  for (const type of ["focus", "input"]) input.addEventListener(type, () => search(input, list));
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !(event.target instanceof HTMLInputElement)) {
      event.preventDefault();
      input.focus();
    }
    if (event.key === "Escape") list.hidden = true;
  });
  addEventListener("click", ({ target }) => {
    if (target instanceof Node && !list.contains(target) && target !== input) list.hidden = true;
  });
}

/** The contents follow the reader, and remember which chapters have been read to the end. */
const links = new Map(
  [...document.querySelectorAll<HTMLAnchorElement>("#contents .here a")].map((link) => [
    link.hash.slice(1),
    link,
  ]),
);
const headings = [...links.keys()].flatMap((id) => document.getElementById(id) ?? []);

function follow(): void {
  const now = headings.findLast((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
  for (const [id, link] of links) link.classList.toggle("now", id === now?.id);
}
// Not now: the page is measured when it is scrolled, which also coming to an anchor is.
if (headings.length > 0) addEventListener("scroll", follow, { passive: true });

const KEY = "read";
function readChapters(): string[] {
  try {
    return JSON.parse(localStorage[KEY] ?? "[]") as string[];
  } catch {
    return []; // Nothing is kept here, or nothing of ours.
  }
}

function mark(): void {
  for (const name of readChapters()) {
    const entry = document.querySelector<HTMLElement>(`#contents [data-chapter="${name}"]`);
    entry?.classList.add("done");
    if (entry) entry.title = "read";
  }
}
mark();

const chapter = document.querySelector<HTMLElement>("article[data-chapter]")?.dataset.chapter;
const end = document.querySelector(".neighbours");
if (chapter && end) {
  const seen = new IntersectionObserver(([entry]) => {
    if (!entry?.isIntersecting) return;
    seen.disconnect();
    try {
      localStorage[KEY] = JSON.stringify([...new Set([...readChapters(), chapter])]);
    } catch {} // Nothing is kept here.
    mark();
  });
  seen.observe(end);
}

/** Keys for the slides: without this script they are scrolled. */
const slides = [...document.querySelectorAll<HTMLElement>(".slide")];
const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  PageDown: 1,
  " ": 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageUp: -1,
};

/** The one that fills the window. */
const current = (): number => Math.max(0, Math.round(window.scrollY / window.innerHeight));

function show(index: number): void {
  const at = Math.min(Math.max(index, 0), slides.length - 1);
  for (const [i, slide] of slides.entries()) slide.classList.toggle("current", i === at);
  slides[at]?.scrollIntoView();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const step = STEPS[event.key];
  if (event.key === "n") document.body.classList.toggle("with-notes");
  else if (step === undefined) return;
  event.preventDefault();
  show(current() + (step ?? 0));
});
show(current());

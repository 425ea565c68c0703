/** Light or dark, whatever the system has: the choice is kept. */
const button = document.querySelector<HTMLButtonElement>("#theme");
const system = matchMedia("(prefers-color-scheme: dark)");

const isDark = () =>
  (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";

function show(): void {
  if (button) button.textContent = isDark() ? "Light" : "Dark";
}

button?.addEventListener("click", () => {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.theme = theme;
  } catch {} // Kept for this page only.
  show();
});
system.addEventListener("change", show);
if (button) button.hidden = false;
show();

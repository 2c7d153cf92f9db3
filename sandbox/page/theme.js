/** Light or dark: follows the system until somebody chooses. */

const KEPT = "sandbox-theme";

/** Applies the kept choice and makes the button switch it. */
export function startTheme(button) {
  apply(localStorage.getItem(KEPT));
  button.addEventListener("click", () => {
    const next = isDark() ? "light" : "dark";
    localStorage.setItem(KEPT, next);
    apply(next);
  });
}

function apply(choice) {
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

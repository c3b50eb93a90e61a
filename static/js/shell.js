// Every page: focus on the error summary, chart or table, tips, toasts, shortcuts, and a language switch that keeps
// what was typed. All of it is comfort; the pages work without.
import { keepTypedValues } from "./language-switch.js";
import { listenForShortcuts } from "./shortcuts.js";

const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();

for (const link of document.querySelectorAll("[data-error-summary] a")) {
  link.addEventListener("click", (event) => {
    const control = document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    control.scrollIntoView({ block: "center" });
    control.focus({ preventScroll: true });
  });
}

for (const button of document.querySelectorAll("[data-show-password]")) {
  const field = document.getElementById(button.dataset.showPassword);
  const words = [button.textContent, button.dataset.hideText];
  button.hidden = false;
  button.addEventListener("click", () => {
    const hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    button.textContent = words[hidden ? 1 : 0];
  });
}

function wireCharts(root) {
  for (const figure of root.querySelectorAll("[data-chart]")) {
    const choices = figure.querySelector(".chart-switch");
    const picture = figure.querySelector("[data-chart-picture]");
    const table = figure.querySelector("[data-chart-table]");
    if (!choices || !choices.hidden) continue;
    const show = (what) => {
      picture.hidden = what !== "picture";
      // The table stays for screen readers while the picture is shown, but must not be a stop of the Tab key.
      table.classList.toggle("visually-hidden", what === "picture");
      table.tabIndex = what === "picture" ? -1 : 0;
      for (const button of choices.querySelectorAll("button")) {
        button.setAttribute("aria-pressed", String(button.dataset.chartShow === what));
      }
    };
    choices.addEventListener("click", (event) => {
      const button = event.target.closest("[data-chart-show]");
      if (button) show(button.dataset.chartShow);
    });
    choices.hidden = false;
    show("picture");
  }
}

function closeTips(except) {
  for (const tip of document.querySelectorAll("details.toggletip[open]")) {
    if (tip !== except) tip.open = false;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.toggletip[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
document.addEventListener("click", (event) => closeTips(event.target.closest("details.toggletip")));

for (const toast of document.querySelectorAll("[data-toast]")) {
  let left = 10;
  const held = () => toast.matches(":hover") || toast.contains(document.activeElement);
  const clock = setInterval(() => {
    if (!held()) left -= 1;
    if (left > 0) return;
    clearInterval(clock);
    toast.remove();
  }, 1000);
}

wireCharts(document);
document.addEventListener("htmx:load", (event) => wireCharts(event.target));
// A page that nobody looks at does not ask how far the work is. (Filters of htmx need eval, which pages may not use.)
document.addEventListener("htmx:beforeRequest", (event) => {
  const asked = event.detail.elt.getAttribute("hx-trigger") ?? "";
  if (asked.startsWith("every ") && document.visibilityState === "hidden") event.preventDefault();
});
keepTypedValues();
if ("shortcuts" in document.body.dataset) listenForShortcuts();

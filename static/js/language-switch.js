// Carries what was typed into the page's forms over the reload that the language switch causes.

const KEY = "typed-before-language-switch";
const SECRET = new Set(["password", "file", "hidden", "submit", "button"]);

function controls() {
  const found = [];
  document.querySelectorAll("main form").forEach((form, place) => {
    const seen = new Map();
    for (const control of form.elements) {
      if (!control.name || SECRET.has(control.type)) continue;
      const turn = seen.get(control.name) ?? 0;
      seen.set(control.name, turn + 1);
      found.push([`${place}/${control.name}/${turn}`, control]);
    }
  });
  return found;
}

function valueOf(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked;
  if (control.multiple) return [...control.selectedOptions].map((option) => option.value);
  return control.value;
}

function write(control, value) {
  if (control.type === "checkbox" || control.type === "radio") control.checked = value;
  else if (control.multiple) for (const option of control.options) option.selected = value.includes(option.value);
  else control.value = value;
}

export function keepTypedValues() {
  const here = location.pathname + location.search;
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  if (kept && kept.address === here) {
    const now = new Map(controls());
    for (const [name, value] of kept.values) {
      const control = now.get(name);
      if (!control || JSON.stringify(valueOf(control)) === JSON.stringify(value)) continue;
      write(control, value);
      // Live parts of the page, such as the estimate, follow.
      control.dispatchEvent(new Event("input", { bubbles: true }));
      control.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  for (const form of document.querySelectorAll("[data-language-switch]")) {
    form.addEventListener("submit", () => {
      const values = controls().map(([name, control]) => [name, valueOf(control)]);
      sessionStorage.setItem(KEY, JSON.stringify({ address: here, values }));
    });
  }
}

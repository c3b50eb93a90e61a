// Question pages: shows a question when the answer before it asks for it, lets "none of these" stand alone, folds the
// estimate on a phone, waits for the network, and keeps what is typed before it is sent. Without this script every question of the page is shown and the server ignores the others.

const form = document.querySelector("[data-question-form]");

function answersOf(key) {
  const named = form.elements[key];
  if (!named) return [];
  const controls = named instanceof RadioNodeList ? [...named] : [named];
  return controls
    .filter((control) => !control.closest(".question")?.hasAttribute("data-off"))
    .filter((control) => !["radio", "checkbox"].includes(control.type) || control.checked)
    .map((control) => control.value);
}

function holds(part) {
  return answersOf(part.key).some((answer) => part.values.includes(answer)) === part.wanted;
}

function reveal() {
  // In the order of the page: a hidden answer does not count for the questions after it.
  for (const question of form.querySelectorAll("[data-reveal]")) {
    const rows = JSON.parse(question.dataset.reveal);
    question.toggleAttribute("data-off", !rows.some((row) => row.every(holds)));
  }
  for (const fold of form.querySelectorAll("[data-unfold]")) {
    if (JSON.parse(fold.dataset.unfold).some((row) => row.every(holds))) fold.open = true;
  }
}

function keepExclusiveAlone(control) {
  if (control.type !== "checkbox" || !control.checked) return;
  const others = [...form.elements[control.name]].filter((other) => other !== control);
  const alone = control.hasAttribute("data-exclusive");
  for (const other of others) {
    if (alone || other.hasAttribute("data-exclusive")) other.checked = false;
  }
}

if (form) {
  form.addEventListener("change", (event) => {
    const control = event.target;
    if (form.elements[control.name] instanceof RadioNodeList) keepExclusiveAlone(control);
    reveal();
  });
  reveal();
  // A page that says what is wrong came by POST: on the way back the browser would refuse to show it.
  if (document.querySelector(".error-summary")) history.replaceState(history.state, "", location.href);
}

// Without a network the answers stay on the page and are sent, once, when it is back.
const offline = document.querySelector("[data-offline]");
if (form && offline) {
  let waiting = null;
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    if (!waiting) {
      window.addEventListener("online", () => form.requestSubmit(waiting.button), { once: true });
    }
    waiting = { button: event.submitter };
    offline.hidden = false;
    offline.focus();
  });
}

// What is typed is kept a moment after the last key, and when the page goes out of sight: on a phone it may not come back.
const AFTER = 3000;
const kept = document.querySelector("[data-kept]");
if (form && kept) {
  let timer = null;
  let unsaved = false;

  async function keep() {
    clearTimeout(timer);
    if (!unsaved || !navigator.onLine) return;
    unsaved = false;
    const sent = new FormData(form);
    sent.append("keep", "1");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(sent), keepalive: true });
      if (!answer.ok || answer.redirected) return; // Continue says what is wrong
      const { version, said } = await answer.json();
      form.elements.version.value = version;
      kept.textContent = said;
    } catch {
      unsaved = true;
    }
  }

  form.addEventListener("input", () => {
    unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(keep, AFTER);
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(timer);
    unsaved = false;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
}

const estimate = document.querySelector("[data-estimate]");
if (estimate) {
  document.documentElement.classList.add("estimate-bar");
  if (window.matchMedia("(max-width: 991.98px)").matches) estimate.open = false;
}

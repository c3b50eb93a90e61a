// "/" searches, "?" lists the keys, "g" and a letter goes to a section of the menu, "j", "k" and "x" walk and pick the
// rows of a list, and a page's own keys click what bears them (data-key). Silent while somebody types, and off in /me/.

const WAIT_MS = 1200;

function typing(element) {
  return element.isContentEditable || /^(input|select|textarea)$/i.test(element.tagName);
}

// The rows of the list on the page, by the links of their names.
function walk(step) {
  const links = [...document.querySelectorAll(".card-table > tbody > tr > th a")];
  const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = links[at < 0 ? (step > 0 ? 0 : -1) : at + step];
  if (next) next.focus();
  return Boolean(next);
}

function pick() {
  const box = document.activeElement?.closest(".card-table > tbody > tr")?.querySelector("input[type=checkbox]");
  if (box) box.click();
  return Boolean(box);
}

// The list of keys is a page of its own; here its table is shown over the page at hand.
async function showKeys() {
  if (document.querySelector("dialog[open]")) return;
  let dialog = document.getElementById("keys-dialog");
  if (!dialog) {
    const address = document.body.dataset.shortcuts;
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    const found = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    const keys = found && found.getElementById("keys");
    if (!keys) {
      location.assign(address);
      return;
    }
    dialog = document.createElement("dialog");
    dialog.id = "keys-dialog";
    dialog.className = "keys-dialog";
    dialog.setAttribute("aria-labelledby", "keys-title");
    dialog.append(keys);
    dialog.querySelector("[data-close]").hidden = false;
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
    document.body.append(dialog);
  }
  dialog.showModal();
}

const LIST_KEYS = { j: () => walk(1), k: () => walk(-1), x: pick };

export function listenForShortcuts() {
  let goUntil = 0;
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const box = [...document.querySelectorAll("[data-search]")].find((each) => each.offsetParent !== null);
      if (box) {
        event.preventDefault();
        box.focus();
      }
    } else if (event.key === "g") {
      goUntil = Date.now() + WAIT_MS;
    } else if (Date.now() < goUntil) {
      goUntil = 0;
      const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) {
        event.preventDefault();
        link.click();
      }
    } else {
      const marked = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
      if (marked) {
        event.preventDefault();
        marked.click();
      } else if (event.key === "?") {
        event.preventDefault();
        showKeys();
      } else if (LIST_KEYS[event.key]?.()) {
        event.preventDefault();
      }
    }
  });
}

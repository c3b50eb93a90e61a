// "/" searches, "g" and a letter goes to a section of the menu, and a page's own keys click what bears them (data-key).
// Silent while somebody types, and off in /me/.

const WAIT_MS = 1200;

function typing(element) {
  return element.isContentEditable || /^(input|select|textarea)$/i.test(element.tagName);
}

export function listenForShortcuts() {
  let goUntil = 0;
  document.addEventListener("keydown", (event) => {
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
      }
    }
  });
}

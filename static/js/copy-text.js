// Copies the text of a step. Without this the text is on the page and can be marked by hand.

const SHOWN_MS = 2000;

async function copy(element) {
  const text = element.innerText;
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  document.execCommand("copy");
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const label = button.querySelector("[data-copy-label]");
  const before = label.textContent;
  label.setAttribute("aria-live", "polite");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await copy(document.getElementById(button.dataset.copy));
    } catch {
      return; // refused by the browser: the text is still there to be marked
    }
    label.textContent = button.dataset.copied;
    setTimeout(() => {
      label.textContent = before;
    }, SHOWN_MS);
  });
}

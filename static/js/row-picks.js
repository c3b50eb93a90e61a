// The list: how many rows are picked, and all of the page with one box. The form works without.
const form = document.querySelector("[data-row-picks]");
if (form) {
  const picks = [...form.querySelectorAll("input[name=pick]")];
  const page = form.querySelector("[data-pick-page]");
  const everything = form.querySelector("input[name=all]");
  const count = form.querySelector("[data-pick-count]");
  const box = page.querySelector("input");
  const tell = () => {
    const number = picks.filter((pick) => pick.checked).length;
    box.checked = number === picks.length;
    box.indeterminate = number > 0 && number < picks.length;
    count.textContent = number && !everything?.checked ? count.dataset.pickCount.replace("{n}", number) : "";
  };
  page.hidden = false;
  form.addEventListener("change", (event) => {
    if (event.target === box) for (const pick of picks) pick.checked = box.checked;
    tell();
  });
  tell();
}

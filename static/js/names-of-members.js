// Shows names beside the numbers of members. The file is read here; only its ids are sent, to be compared, and the names
// never leave this page.

const place = document.querySelector("[data-names]");

function decoded(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

function cells(line, sign) {
  const found = [];
  let cell = "";
  let quoted = false;
  for (const letter of line) {
    if (letter === '"') quoted = !quoted;
    else if (letter === sign && !quoted) {
      found.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  found.push(cell.trim());
  return found;
}

function column(header, words) {
  const known = new Set(words.split("|"));
  return header.findIndex((word) => known.has(word.toLowerCase().replaceAll(" ", "_")));
}

function people(text) {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/).filter((line) => line.trim());
  const sign = [",", "\t", ";"].find((each) => lines[0]?.includes(each));
  if (!sign) return [];
  const rows = lines.map((line) => cells(line, sign));
  const id = column(rows[0], place.dataset.idWords);
  const name = column(rows[0], place.dataset.nameWords);
  if (id >= 0 && name >= 0) return rows.slice(1).map((row) => [row[id] ?? "", row[name] ?? ""]);
  return rows.map((row) => [row[0], row[1] ?? ""]);
}

function show(found, rows) {
  for (const old of document.querySelectorAll("[data-name-of]")) old.textContent = "";
  for (const [line, number] of found) {
    const cell = document.querySelector(`[data-name-of="${number}"]`);
    if (cell) cell.textContent = rows[line][1];
  }
}

async function look(file, status) {
  const rows = people(decoded(await file.arrayBuffer()));
  if (!rows.length) {
    status.textContent = place.dataset.problem;
    return;
  }
  const body = new URLSearchParams({ ids: rows.map(([id]) => id).join("\n") });
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  let answer;
  try {
    const sent = await fetch(place.dataset.names, { method: "POST", body, headers: { "X-CSRFToken": token } });
    answer = await sent.json();
  } catch {
    status.textContent = place.dataset.unreachable;
    return;
  }
  status.textContent = answer.problem ?? answer.text;
  show(answer.found ?? [], rows);
}

if (place) {
  const status = place.querySelector("[data-names-status]");
  const chooser = place.querySelector("input");
  place.hidden = false;
  chooser.value = ""; // a browser that comes back may remember the file, but not the names
  chooser.addEventListener("change", () => {
    if (chooser.files[0]) look(chooser.files[0], status);
  });
}

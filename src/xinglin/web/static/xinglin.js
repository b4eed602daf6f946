// Tables that sort by their header buttons, and forms that submit themselves when a choice changes.
// Everything here is a convenience: each page works without it.
"use strict";

function cellKey(row, index) {
  const cell = row.cells[index];
  const raw = cell.dataset.sort ?? cell.textContent.trim();
  const number = Number(raw);
  return raw !== "" && !Number.isNaN(number) ? number : raw;
}

function compareKeys(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "number") return -1;
  if (typeof b === "number") return 1;
  return a.localeCompare(b, "zh-CN");
}

function sortBy(button) {
  const header = button.closest("th");
  const table = header.closest("table");
  const descending = header.getAttribute("aria-sort") !== "descending";
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [cellKey(row, header.cellIndex), row]);
  rows.sort((a, b) => (descending ? -1 : 1) * compareKeys(a[0], b[0]));
  body.append(...rows.map((pair) => pair[1]));
}

function markCurrent(leaf) {
  for (const other of document.querySelectorAll(".leaf[aria-current]")) other.removeAttribute("aria-current");
  leaf.setAttribute("aria-current", "true");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("th button");
  if (button) sortBy(button);
  const leaf = event.target.closest(".leaf");
  if (leaf) markCurrent(leaf);
});

// Back to a form as it was filled in, which a link to its page would not give.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-back]");
  if (!link || history.length < 2) return;
  event.preventDefault();
  history.back();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
});

// A target opened from the tree on a narrow screen stands far below it: bring it into sight.
document.addEventListener("htmx:after:swap", () => {
  const part = document.getElementById("part");
  if (!part) return;
  const top = part.getBoundingClientRect().top;
  if (top < 0 || top > window.innerHeight * 0.7) part.scrollIntoView();
});

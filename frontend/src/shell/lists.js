/** Lists that come whole: a head sorts them, a button exports what is seen. Without scripts they are plain tables. */

const NOTHING = "—";

export function watchLists() {
  prepare();
  document.addEventListener("htmx:afterSettle", prepare);
}

function prepare() {
  for (const table of document.querySelectorAll("table[data-list]:not([data-ready])")) {
    table.dataset.ready = "";
    const isPlain = table.tHead.rows.length === 1 && !table.querySelector("thead [colspan], tbody [rowspan]");
    if (isPlain) [...table.tHead.rows[0].cells].forEach((head, at) => offerSorting(table, head, at));
    offerExport(table);
  }
}

function offerSorting(table, head, at) {
  if (!visibleText(head) || isOfActions(head) || head.querySelector(".visually-hidden, input")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sort";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => sort(table, head, at));
}

/** A column of what can be done with a row says nothing of it: it is neither sorted nor exported. */
function isOfActions(head) {
  return head.classList.contains("actions");
}

/** Ascending, then descending; what is empty comes last, totals stay where they are. */
function sort(table, head, at) {
  const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", order);
  const sign = order === "ascending" ? 1 : -1;
  const compare = new Intl.Collator(document.documentElement.lang || "zh").compare;
  const body = table.tBodies[0];
  const rows = [...body.rows].filter((row) => !row.classList.contains("total"));
  const keyed = rows.map((row) => [key(row.cells[at]), row]);
  keyed.sort(([one], [other]) => {
    if (one === null || other === null) return (one === null) - (other === null);
    return sign * (typeof one === "number" && typeof other === "number" ? one - other : compare(String(one), String(other)));
  });
  body.append(...keyed.map(([, row]) => row));
}

function key(cell) {
  const text = cell ? visibleText(cell) : "";
  if (!text || text === NOTHING) return null;
  const figure = text.replace(/[,\s]/g, "").match(/^[+-]?\d+(\.\d+)?/);
  return figure && !/^\d{4}-\d{2}/.test(text) ? Number(figure[0]) : text;
}

function offerExport(table) {
  const panel = table.closest(".panel");
  if (!panel) return;
  const head = panel.querySelector(".panel-head") ?? addHead(panel);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button plain small push";
  button.textContent = document.getElementById("toasts").dataset.export;
  button.addEventListener("click", () => download(table, head.querySelector("h2")?.textContent.trim() || document.title));
  head.append(button);
}

function addHead(panel) {
  const head = document.createElement("div");
  head.className = "panel-head";
  panel.prepend(head);
  return head;
}

function download(table, name) {
  const left = [...table.tHead.rows[0].cells].map(isOfActions);
  const rows = [...table.tHead.rows, ...table.tBodies[0].rows];
  const told = (row) => [...row.cells].filter((_cell, at) => !left[at]);
  const lines = rows.map((row) => told(row).map((cell) => field(visibleText(cell))).join(","));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n")], { type: "text/csv" }));
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** A cell of the file; no text may begin as a formula, a signed figure may. */
function field(text) {
  const safe = /^[=@\t]/.test(text) || (/^[+-]/.test(text) && Number.isNaN(Number(text.replace(/[,%]/g, "")))) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function visibleText(cell) {
  return cell.innerText.trim().replace(/\s+/g, " ");
}

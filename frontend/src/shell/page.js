/** Small conveniences over plain pages: row links, menus that close, choosing rows, copying, full screen. */
import { toast } from "./toasts.js";

export function watchPage() {
  fitSideMenu();
  document.addEventListener("click", (event) => {
    openRow(event);
    closeMenus(event);
    const button = event.target.closest("button");
    if (button?.dataset.copy) copy(button);
    if (button?.dataset.fullscreen) fullscreen(button);
    if (button?.hasAttribute("data-print")) window.print();
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.hasAttribute("data-autosubmit") && field.form && field.type !== "file") field.form.requestSubmit();
    if (field.matches("[data-select], [data-select-all]")) choose(field);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details.bar-menu[open], details.drop[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("invalid", (event) => event.target.setAttribute("aria-invalid", "true"), true);
  recount();
  document.addEventListener("htmx:afterSettle", recount);
  document.querySelector(".errors")?.focus();
  document.querySelector(".cell-view td.here")?.scrollIntoView({ block: "nearest", inline: "center" });
  document.addEventListener("htmx:afterSettle", (event) => event.target.querySelector?.(".errors")?.focus());
}

/** The left menu is open beside the page, and folded above it on a narrow screen. */
function fitSideMenu() {
  const side = document.querySelector("details.side");
  if (!side) return;
  const narrow = window.matchMedia("(max-width: 900px)");
  const fit = () => (side.open = !narrow.matches);
  narrow.addEventListener("change", fit);
  fit();
}

/** A click anywhere in a row follows its row link, unless it was on a control or ended a text selection. */
function openRow(event) {
  if (event.defaultPrevented || event.button || event.target.closest("a, button, input, select, label, summary")) return;
  const link = event.target.closest("tr")?.querySelector("a.row-link");
  if (!link || String(window.getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.bar-menu[open], details.drop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}

/** "Choose all", and the count of chosen rows shown in the same form. */
function choose(field) {
  const scope = field.closest("form, .table-box") ?? document;
  const boxes = [...scope.querySelectorAll("[data-select]")].filter((box) => !box.disabled);
  if (field.hasAttribute("data-select-all")) boxes.forEach((box) => (box.checked = field.checked));
  const chosen = boxes.filter((box) => box.checked).length;
  for (const all of scope.querySelectorAll("[data-select-all]")) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  for (const place of scope.querySelectorAll("[data-select-count]")) place.textContent = chosen;
  for (const button of scope.querySelectorAll("[data-needs-choice]")) button.disabled = chosen === 0;
}

/** What is chosen on a page that has just come, or in a part that was asked again. */
function recount() {
  const scopes = [...document.querySelectorAll("[data-needs-choice]")].map((button) => button.closest("form, .table-box"));
  for (const scope of new Set(scopes)) {
    const field = scope?.querySelector("[data-select]");
    if (field) choose(field);
  }
}

async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  const text = "value" in source ? source.value : source.innerText;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure origin the clipboard is closed to scripts; the old way still works there.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus();
  }
  toast(button.dataset.copied ?? document.getElementById("toasts").dataset.copied);
}

function fullscreen(button) {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.querySelector(button.dataset.fullscreen)?.requestFullscreen();
}

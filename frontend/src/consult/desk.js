/** The reading and deciding desks by keyboard: digits choose, J and K move, Enter goes on, U takes back. */

const TYPED = "input:not([type=radio], [type=checkbox]), textarea, select";

document.addEventListener("keydown", (event) => {
  const desk = document.querySelector("[data-desk]");
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.closest?.("[data-submit-keys]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  if (!desk || event.ctrlKey || event.metaKey) return;
  if (event.altKey) {
    const filled = desk.querySelectorAll("[data-fill]")[Number(event.key) - 1];
    if (filled) {
      event.preventDefault();
      filled.click();
    }
    return;
  }
  if (event.target.closest?.(TYPED)) return;
  if (/^[1-9]$/.test(event.key)) choose(desk, event);
  else if (event.key === "j" || event.key === "k") move(desk, event.key === "j" ? 1 : -1);
  else press(desk, event);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (button) document.querySelector(button.dataset.fill).value = button.dataset.text;
});

/** The next opinion is ready for keys as soon as it is there. */
document.addEventListener("htmx:afterSettle", (event) => {
  const desk = event.target.closest?.("[data-desk]") ?? document.querySelector("[data-desk]");
  desk?.querySelector(".point")?.focus();
});
document.querySelector("[data-desk] .point")?.focus();

function points(desk) {
  return [...desk.querySelectorAll(".point")];
}

function current(desk) {
  return document.activeElement?.closest(".point") ?? points(desk)[0];
}

function choose(desk, event) {
  const radio = current(desk)?.querySelector(`[data-pick="${event.key}"]`);
  if (!radio) return;
  event.preventDefault();
  radio.checked = true;
}

function move(desk, by) {
  const all = points(desk);
  const next = all[all.indexOf(current(desk)) + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(desk, event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "Enter" && event.target.closest?.("button, a, summary")) return;
  const button = desk.querySelector(`[data-key="${key}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
}

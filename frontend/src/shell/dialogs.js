/** Native dialogs: opened by buttons, by fragments from the server, and in place of the browser's confirm box. */

/** Buttons with data-dialog open the dialog of that id; a dialog swapped in with data-open shows itself. */
export function watchDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog")?.close();
    if (event.target.matches("dialog.dialog")) closeWhenOutside(event);
  });
  document.addEventListener("htmx:load", (event) => {
    for (const dialog of fresh(event.target)) {
      dialog.showModal();
      dialog.addEventListener("close", () => dialog.remove());
    }
  });
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, () => event.detail.issueRequest(true));
  });
  document.addEventListener("submit", confirmPlainForm, true);
}

function fresh(element) {
  const inside = [...element.querySelectorAll("dialog[data-open]")];
  return (element.matches("dialog[data-open]") ? [element, ...inside] : inside).filter((dialog) => !dialog.open);
}

function closeWhenOutside(event) {
  const box = event.target.getBoundingClientRect();
  const inside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  // A key press on a button arrives as a click at 0, 0.
  if (!inside && event.detail > 0) event.target.close();
}

/** A form, or the button that sends it, may carry data-confirm: the question is asked before anything is sent. */
function confirmPlainForm(event) {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (!question || event.target.dataset.confirmed) return;
  event.preventDefault();
  event.stopPropagation();
  ask(question, () => {
    event.target.dataset.confirmed = "yes";
    event.target.requestSubmit(event.submitter);
    delete event.target.dataset.confirmed;
  });
}

function ask(question, then) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("[data-question]").textContent = question;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && then(), { once: true });
  dialog.showModal();
}
